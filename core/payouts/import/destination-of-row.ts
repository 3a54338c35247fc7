/**
 * Where a row is to be paid. A file may name an address of a payee that the vault knows, and leave
 * it out where there is only one; it never gives a known payee a new one: that a payment is sent to
 * somebody else's address by changing a file is what this is on guard against.
 */
import { MEMO_TYPES, type Memo, RAILS, type RailName } from '../../contract/payees.ts';
import { addressKey } from '../../payees/likeness.ts';
import { pinName } from '../../payees/pin.ts';
import {
  type AddressCheckers,
  type DestinationParts,
  isFederationName,
  type Resolutions,
} from '../../rails/address.ts';
import { type Problem, problem } from './notes.ts';
import type { RowTexts } from './read-row.ts';
import type { KnownDestination } from './vault-facts.ts';

export interface WantedDestination {
  readonly rail: RailName | null;
  readonly address: string | null;
  readonly memo: Memo | null;
  readonly extraId: string | null;
  readonly currency: string | null;
}

export function isProblem<T extends object>(value: T | Problem): value is Problem {
  return 'message' in value;
}

/** What the row says about it; null for what it leaves out. */
export function wantedDestination(texts: RowTexts): WantedDestination | Problem {
  const rail = texts.rail === '' ? null : (RAILS.find((known) => known === texts.rail.toLowerCase()) ?? undefined);
  if (rail === undefined) return problem('rail.unknown', 'rail', { rail: texts.rail });
  const memo = readMemo(texts);
  if (memo !== null && isProblem(memo)) return memo;
  return {
    rail,
    address: texts.address || null,
    memo,
    extraId: texts.extraId || null,
    currency: texts.currency === '' ? null : texts.currency.toLowerCase(),
  };
}

function readMemo({ memoType, memo }: RowTexts): Memo | null | Problem {
  if (memo === '') {
    const none = memoType === '' || memoType.toLowerCase() === 'none';
    return none ? null : problem('memo.invalid', 'memo', { why: 'A memo type is given, but no memo.' });
  }
  const type = memoType === '' ? 'text' : MEMO_TYPES.find((known) => known === memoType.toLowerCase());
  if (type === undefined) {
    return problem('memo.invalid', 'memoType', { why: `A memo is one of ${MEMO_TYPES.join(', ')}, not ${memoType}.` });
  }
  return { type, value: memo };
}

/** The one of the payee's destinations that the row means. */
export function chooseDestination(
  wanted: WantedDestination,
  destinations: readonly KnownDestination[],
): KnownDestination | Problem {
  const [first] = destinations;
  // Nearly everybody has one.
  if (first && destinations.length === 1 && first.status !== 'retired' && fits(wanted, first)) return first;
  const fitting = destinations.filter((known) => fits(wanted, known));
  const usable = fitting.filter(({ status }) => status !== 'retired');
  // Where the row names no address, what nobody has confirmed yet is not what it means if something else is.
  const confirmed = usable.filter(({ status }) => status === 'confirmed');
  const [only, ...others] = wanted.address === null && confirmed.length > 0 ? confirmed : usable;
  if (only && others.length === 0) return only;
  if (only) return problem('address.several', 'address', { count: others.length + 1 });
  if (wanted.address === null) return problem('address.missing', 'address');
  return problem(fitting.length > 0 ? 'address.retired' : 'address.not_of_payee', 'address');
}

function fits(wanted: WantedDestination, known: KnownDestination): boolean {
  const { rail, address, memo, extraId, currency } = wanted;
  return (
    (rail === null || rail === known.rail) &&
    (address === null || addressKey(address) === addressKey(known.address) || address === known.federation) &&
    (memo === null || (memo.type === known.memo?.type && memo.value === known.memo.value)) &&
    (extraId === null || extraId === known.extraId) &&
    (currency === null || currency === known.currency)
  );
}

/** Of a payee whom the file brings along; `federation` is the name that the address was found by. */
export type NewDestination = DestinationParts & { readonly federation: string | null };

/** The name that the row gives in place of an address; null where it gives none. */
export function nameIn({ rail, address }: Pick<WantedDestination, 'rail' | 'address'>): string | null {
  return rail === 'stellar' && address !== null && isFederationName(address) ? address : null;
}

/** As it will be proposed. What names stand for was asked before. */
export function newDestination(
  wanted: WantedDestination,
  checkers: AddressCheckers,
  names: Resolutions,
): NewDestination | Problem {
  const { rail, address, extraId, currency } = wanted;
  if (address === null) return problem('address.missing', 'address');
  if (rail === null) return problem('rail.missing', 'rail');
  const checker = checkers.get(rail);
  if (!checker) return problem('rail.unavailable', 'rail', { rail });
  const federation = nameIn(wanted);
  const pin =
    federation === null ? { ok: true as const, ...wanted, address } : pinName(names.get(federation), wanted.memo);
  if (!pin.ok) return problem('address.name_unresolved', 'address', { name: address, why: pin.why });
  const parts = { rail, address: pin.address, memo: pin.memo, extraId, currency, federation };
  const check = checker.check(parts);
  if (check.ok) return parts;
  return check.field === 'memo'
    ? problem('memo.invalid', 'memo', { why: check.why })
    : problem('address.invalid', check.field, { why: check.why });
}
