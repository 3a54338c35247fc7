/** The books as they cross a border: what each record of the ledger looks like. */
import { z } from 'zod';
import { minorUnits, positiveMinorUnits, timeMs } from './words.ts';

/** What a ledger transaction can be; one row of the table of what moves. */
const LEDGER_KINDS = [
  'obligation',
  'escrow',
  'escrow_release',
  'settlement',
  'fee',
  'reversal_in',
  'overpaid',
  'funding',
  'fx',
  'hold',
  'hold_release',
  'hold_cancel',
  'mint',
  'spend',
  'expire',
  'adjustment',
  'reversal',
] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

export const ledgerKind = z.enum(LEDGER_KINDS);
/** `effective`: when it happened in the world. `recorded`: when it was written down here. */
export const timeOfRecord = z.enum(['effective', 'recorded']);
export type TimeOfRecord = z.infer<typeof timeOfRecord>;

export const assetWords = { assetId: z.string(), assetCode: z.string(), scale: z.int() };

export const asset = z.strictObject({
  id: z.string(),
  code: z.string(),
  scale: z.int(),
  /** Null where it lives on no network. */
  network: z.string().nullable(),
  /** Null where nobody issued it. */
  issuer: z.string().nullable(),
  minimumPayoutMinor: minorUnits,
});
export type AssetItem = z.infer<typeof asset>;

export const account = z.strictObject({
  id: z.string(),
  entity: z.string(),
  /** The payee's name, where a payee holds it. */
  holderName: z.string().nullable(),
  /** The name of a system account, such as `sys-treasury-payout`. */
  name: z.string().nullable(),
  pool: z.string().nullable(),
  ...assetWords,
  balanceMinor: minorUnits,
  mayGoNegative: z.boolean(),
  /** True where the balance is made of credit lots. */
  holdsLots: z.boolean(),
});
export type LedgerAccount = z.infer<typeof account>;

export const position = z.strictObject({
  ...assetWords,
  /** Raised by each completion; a decision names the one it saw. */
  version: z.int(),
  fundsMinor: minorUnits,
  heldMinor: minorUnits,
  inFlightMinor: minorUnits,
  unsettledMinor: minorUnits,
  availableMinor: minorUnits,
});
export type TreasuryPosition = z.infer<typeof position>;

const transactionWords = {
  id: z.string(),
  key: z.string(),
  kind: ledgerKind,
  effectiveAtMs: timeMs,
  recordedAtMs: timeMs,
  /** The id of a person or job. */
  actor: z.string(),
  payoutId: z.string().nullable(),
  cycle: z.int().nullable(),
  /** What else it is about: `hold:…`, `quote:…`. */
  reference: z.string().nullable(),
  /** Why, in a person's words; adjustments and reversals have one. */
  reason: z.string().nullable(),
  reversesId: z.string().nullable(),
  reversedById: z.string().nullable(),
};

export const transactionItem = z.strictObject(transactionWords);
export type LedgerTransactionItem = z.infer<typeof transactionItem>;

export const transactionDetail = z.strictObject({
  ...transactionWords,
  postings: z.array(
    z.strictObject({
      accountId: z.string(),
      entity: z.string(),
      pool: z.string().nullable(),
      ...assetWords,
      amountMinor: minorUnits,
    }),
  ),
  /** The credit lots it filled (above zero) and took from (below). */
  lots: z.array(z.strictObject({ lotId: z.string(), accountId: z.string(), amountMinor: minorUnits })),
});
export type LedgerTransaction = z.infer<typeof transactionDetail>;

export const entry = z.strictObject({
  transactionId: z.string(),
  leg: z.int(),
  kind: ledgerKind,
  effectiveAtMs: timeMs,
  recordedAtMs: timeMs,
  payoutId: z.string().nullable(),
  reference: z.string().nullable(),
  amountMinor: minorUnits,
  /** The account's balance after this entry, in the order things were written down. */
  balanceMinor: minorUnits,
});
export type LedgerEntry = z.infer<typeof entry>;

export const lot = z.strictObject({
  id: z.string(),
  accountId: z.string(),
  /** Where it came from: `campaign:…`, `purchase:…`. */
  source: z.string(),
  /** Where alone it may be spent; null where it is spent anywhere. */
  pool: z.string().nullable(),
  amountMinor: minorUnits,
  remainingMinor: minorUnits,
  mintedAtMs: timeMs,
  expiresAtMs: timeMs.nullable(),
});
export type CreditLot = z.infer<typeof lot>;

export const balanceItem = z.strictObject({
  accountId: z.string(),
  entity: z.string(),
  pool: z.string().nullable(),
  ...assetWords,
  balanceMinor: minorUnits,
});
export type BalanceItem = z.infer<typeof balanceItem>;

export const trialBalanceLine = z.strictObject({
  /** `treasury:bank`, …; all payees together are `payees`, campaigns `campaigns`, placements `placements`. */
  holder: z.string(),
  pool: z.string().nullable(),
  ...assetWords,
  accounts: z.int(),
  /** The balances below zero, as an amount above it; and those above zero. */
  debitMinor: minorUnits,
  creditMinor: minorUnits,
});
export type TrialBalanceLine = z.infer<typeof trialBalanceLine>;

/** Whole units of `toAssetId` for one whole unit of `fromAssetId`, as an exact fraction. */
export const fxQuote = z.strictObject({
  id: z.string(),
  fromAssetId: z.string(),
  toAssetId: z.string(),
  rateNumerator: positiveMinorUnits,
  rateDenominator: positiveMinorUnits,
  source: z.string(),
  quotedAtMs: timeMs,
  expiresAtMs: timeMs,
  recordedBy: z.string(),
});
export type FxQuote = z.infer<typeof fxQuote>;
