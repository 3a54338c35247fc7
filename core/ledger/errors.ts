import { Refusal } from '../errors/refusal.ts';

export class LedgerError extends Refusal {
  override readonly name = 'LedgerError';
}

export const unbalanced = (key: string, assetId: string) => new LedgerError('ledger.unbalanced', { key, assetId });

export const idempotencyMismatch = (key: string) => new LedgerError('ledger.idempotency_mismatch', { key });

export const limitReached = (entity: string, pool: string, assetId: string, shortMinor: bigint) =>
  new LedgerError('ledger.limit', { entity, pool, assetId, shortMinor: shortMinor.toString() });

export const unknownAsset = (assetId: string) => new LedgerError('asset.unknown', { assetId });
