/** A destination as it is typed, and the destination it makes once nothing is missing. */
import type { Memo, NewDestination, RailName } from '../../../core/contract/index.ts';

export interface TypedDestination {
  readonly rail: RailName;
  readonly address: string;
  readonly memoType: Memo['type'] | 'none';
  readonly memo: string;
  readonly currency: string;
  readonly extraId: string;
}

export function emptyDestination(rail: RailName): TypedDestination {
  return { rail, address: '', memoType: 'none', memo: '', currency: '', extraId: '' };
}

const MEMO_BYTES_MAX = 28;
const MEMO_NUMBER_MAX = 2n ** 64n - 1n;
const CURRENCY = /^[a-z0-9]{2,24}$/;

/** The kind of memo whose rule is broken, or null. The engine asks the rail again. */
export function memoProblem({ memoType, memo }: TypedDestination): Memo['type'] | null {
  const value = memo.trim();
  if (memoType === 'none' || value === '') return null;
  if (memoType === 'text') return new TextEncoder().encode(value).length > MEMO_BYTES_MAX ? 'text' : null;
  if (memoType === 'id') return /^\d{1,20}$/.test(value) && BigInt(value) <= MEMO_NUMBER_MAX ? null : 'id';
  return /^[0-9a-f]{64}$/i.test(value) ? null : memoType;
}

export function currencyIsBad({ currency }: TypedDestination): boolean {
  return currency.trim() !== '' && !CURRENCY.test(currency.trim());
}

/** Null while something is missing or breaks a rule. Fields of other rails are left out. */
export function destinationOf(typed: TypedDestination): NewDestination | null {
  const address = typed.address.trim();
  if (address === '') return null;
  const base = { rail: typed.rail, address };
  if (typed.rail === 'stellar') {
    if (typed.memoType === 'none') return base;
    const value = typed.memo.trim();
    return value === '' || memoProblem(typed) !== null ? null : { ...base, memo: { type: typed.memoType, value } };
  }
  if (typed.rail === 'nowpayments') {
    const currency = typed.currency.trim();
    if (currency === '' || currencyIsBad(typed)) return null;
    const extraId = typed.extraId.trim();
    return { ...base, currency, ...(extraId === '' ? {} : { extraId }) };
  }
  return base;
}
