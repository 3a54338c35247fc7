import { Refusal } from '../errors/refusal.ts';

export class LedgerError extends Refusal {
  override readonly name = 'LedgerError';
}

export const unbalanced = (key: string, assetId: string) => new LedgerError('ledger.unbalanced', { key, assetId });

export const idempotencyMismatch = (key: string) => new LedgerError('ledger.idempotency_mismatch', { key });

export const limitReached = (entity: string, pool: string, assetId: string, shortMinor: bigint) =>
  new LedgerError('ledger.limit', { entity, pool, assetId, shortMinor: shortMinor.toString() });

export const overflow = (entity: string, pool: string, assetId: string) =>
  new LedgerError('ledger.overflow', { entity, pool, assetId });

export const unknownAsset = (assetId: string) => new LedgerError('asset.unknown', { assetId });

export const assetExists = (assetId: string) => new LedgerError('asset.exists', { assetId });

export const assetInvalid = (assetId: string, sentence: string) =>
  new LedgerError('asset.invalid', { assetId }, sentence);

export const unknownAccount = (accountId: string) => new LedgerError('ledger.unknown_account', { accountId });

export const unknownTransaction = (id: string) => new LedgerError('ledger.unknown_transaction', { id });

export const notReversible = (
  id: bigint,
  because: 'reversed' | 'reversal' | 'kind' | 'payout' | 'revision' | 'statement' | 'lots',
  sentence: string,
) => new LedgerError('ledger.not_reversible', { id: id.toString(), because }, sentence);

export const lotsOnly = (entity: string, kind: string) => new LedgerError('ledger.lots_only', { entity, kind });

export const keptAccount = (entity: string, pool: string) => new LedgerError('ledger.kept_account', { entity, pool });

export const creditsShort = (entity: string, pool: string, assetId: string, shortMinor: bigint) =>
  new LedgerError(
    'ledger.limit',
    { entity, pool, assetId, shortMinor: shortMinor.toString() },
    'The account does not hold enough credits that may be spent there.',
  );

export const staleTreasury = (assetId: string, seenVersion: bigint, version: bigint) =>
  new LedgerError('treasury.stale', { assetId, seenVersion: Number(seenVersion), version: Number(version) });

export const noQuote = (fromAssetId: string, toAssetId: string, quoteId: string | null) =>
  new LedgerError('fx.no_quote', { fromAssetId, toAssetId, quoteId });

export const quoteExpired = (quoteId: string, expiresAtMs: number) =>
  new LedgerError('fx.quote_expired', { quoteId, expiresAtMs });

export const fxAmount = (amountMinor: bigint) => new LedgerError('fx.amount', { amountMinor: amountMinor.toString() });

export const unknownHold = (holdId: string) => new LedgerError('hold.unknown', { holdId });

export const holdClosed = (holdId: string, status: string) => new LedgerError('hold.closed', { holdId, status });
