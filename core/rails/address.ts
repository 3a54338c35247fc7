/**
 * Whether a destination is one that a rail could pay: its form only, no network is asked. What
 * needs no kit of the rail's own is here; Stellar's check comes in from main/rails/stellar.
 */
import type { Memo, NewDestination, RailName } from '../contract/payees.ts';

/** All that a payment needs to know to arrive; what a rail does not use is null. */
export interface DestinationParts {
  readonly rail: RailName;
  readonly address: string;
  readonly memo: Memo | null;
  readonly extraId: string | null;
  readonly currency: string | null;
}

export type DestinationField = 'address' | 'memo' | 'extraId' | 'currency';

export type PartsCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly field: DestinationField; readonly why: string };

export interface AddressChecker {
  readonly rail: RailName;
  check(parts: DestinationParts): PartsCheck;
}

/** The rails this vault may have destinations on. */
export type AddressCheckers = ReadonlyMap<RailName, AddressChecker>;

export type Resolution =
  | { readonly ok: true; readonly address: string; readonly memo: Memo | null }
  | { readonly ok: false; readonly why: string };

/** What each name stands for; one that nobody was asked about is not in it. */
export type Resolutions = ReadonlyMap<string, Resolution>;

export interface AskingNames {
  /** Told how many are answered. */
  readonly step?: (answered: number) => void;
  /** Aborted, nobody is asked any more. */
  readonly signal?: AbortSignal;
}

/**
 * Asks what federation names (`ana*example.com`) stand for now. Every name gets an answer, if only
 * that nobody gave one; how long that takes has a bound, however many they are.
 */
export interface FederationResolver {
  resolve(names: readonly string[], asking?: AskingNames): Promise<Resolutions>;
}

const FEDERATION_NAME = /^[^*,>\s]{1,64}\*[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/i;

export function isFederationName(address: string): boolean {
  return FEDERATION_NAME.test(address);
}

export function partsOf(destination: NewDestination): DestinationParts {
  const { rail, address, memo, extraId, currency } = destination;
  return { rail, address, memo: memo ?? null, extraId: extraId ?? null, currency: currency ?? null };
}

export const fine: PartsCheck = { ok: true };
export const wrong = (field: DestinationField, why: string): PartsCheck => ({ ok: false, field, why });

/** A part that the rail would not send along must not be given: the person thinks it matters. */
export function unusedPart(parts: DestinationParts, used: readonly DestinationField[]): PartsCheck | null {
  for (const field of ['memo', 'extraId', 'currency'] as const) {
    if (parts[field] !== null && !used.includes(field))
      return wrong(field, `Payments on ${parts.rail} carry no such thing.`);
  }
  return null;
}

const SIMULATED = /^sim:[a-z0-9-]{1,64}$/;

export const simulatedAddresses: AddressChecker = {
  rail: 'simulated',
  check: (parts) =>
    unusedPart(parts, []) ??
    (SIMULATED.test(parts.address)
      ? fine
      : wrong('address', 'A simulated address looks like sim:name (lower case, digits, hyphens).')),
};

const STRIPE_ACCOUNT = /^acct_[A-Za-z0-9]{8,64}$/;

export const stripeAddresses: AddressChecker = {
  rail: 'stripe',
  check: (parts) =>
    unusedPart(parts, []) ??
    (STRIPE_ACCOUNT.test(parts.address)
      ? fine
      : wrong('address', 'A connected account looks like acct_1ABCdef2GHIjkl3M.')),
};

const EVM = /^0x[0-9a-fA-F]{40}$/;
const TRON = /^T[1-9A-HJ-NP-Za-km-z]{33}$/;
const BITCOIN = /^(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,71})$/;
const LITECOIN = /^(?:[LM3][1-9A-HJ-NP-Za-km-z]{26,33}|ltc1[02-9ac-hj-np-z]{11,71})$/;
const RIPPLE = /^r[1-9A-HJ-NP-Za-km-z]{24,34}$/;
const SOLANA = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const UNKNOWN_CURRENCY = /^[A-Za-z0-9:._-]{8,128}$/;

/** By currency, or by the network that its name ends with; the provider checks the rest when it is asked. */
const CRYPTO_ADDRESSES: readonly { readonly currency: RegExp; readonly address: RegExp }[] = [
  { currency: /^(?:eth|bnbbsc|matic|maticmainnet)$|(?:erc20|bsc|matic|arb|op|base)$/, address: EVM },
  { currency: /^trx$|trc20$/, address: TRON },
  { currency: /^btc$/, address: BITCOIN },
  { currency: /^ltc$/, address: LITECOIN },
  { currency: /^xrp$/, address: RIPPLE },
  { currency: /^sol$|sol$/, address: SOLANA },
];

export const nowpaymentsAddresses: AddressChecker = {
  rail: 'nowpayments',
  check(parts) {
    const unused = unusedPart(parts, ['extraId', 'currency']);
    if (unused) return unused;
    const { currency, extraId } = parts;
    if (currency === null) return wrong('currency', 'NOWPayments has to know which currency the address is one of.');
    const known = CRYPTO_ADDRESSES.find((row) => row.currency.test(currency));
    if (!(known?.address ?? UNKNOWN_CURRENCY).test(parts.address)) {
      return wrong('address', `That is not an address of ${currency}.`);
    }
    if (extraId !== null && !/^[\x21-\x7e]{1,128}$/.test(extraId)) {
      return wrong('extraId', 'An extra id has letters, digits and signs only, without spaces.');
    }
    return fine;
  },
};

const UINT64_MAX = 18_446_744_073_709_551_615n;
const MEMO_TEXT_BYTES_MAX = 28;

/** What a memo of Stellar can be. */
export function checkMemo({ type, value }: Memo): PartsCheck {
  switch (type) {
    case 'text':
      return Buffer.byteLength(value, 'utf8') <= MEMO_TEXT_BYTES_MAX
        ? fine
        : wrong('memo', `A text memo has at most ${MEMO_TEXT_BYTES_MAX} bytes.`);
    case 'id':
      return /^(?:0|[1-9]\d{0,19})$/.test(value) && BigInt(value) <= UINT64_MAX
        ? fine
        : wrong('memo', 'An id memo is a whole number of at most 18446744073709551615.');
    case 'hash':
    case 'return':
      return /^[0-9a-f]{64}$/.test(value) ? fine : wrong('memo', 'A hash memo is 32 bytes in lower-case hex.');
  }
}
