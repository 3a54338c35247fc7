import type { EscrowStatus } from '../contract/escrow-holds.ts';
import { Refusal } from '../errors/refusal.ts';

export class EscrowError extends Refusal {
  override readonly name = 'EscrowError';
}

export const unknownEscrow = (id: string) => new EscrowError('escrow.unknown', { id });
export const staleEscrow = (id: string, status: EscrowStatus) => new EscrowError('escrow.stale', { id, status });
export const emptyEscrow = (amountMinor: bigint) =>
  new EscrowError('escrow.amount', { amountMinor: amountMinor.toString() });
export const escrowPast = (releaseAtMs: number) => new EscrowError('escrow.past', { releaseAtMs });
export const escrowActive = (id: string) => new EscrowError('escrow.active', { id });
export const escrowMismatch = (idempotencyKey: string) =>
  new EscrowError('escrow.idempotency_mismatch', { idempotencyKey });
export const escrowUnchanged = (id: string) => new EscrowError('escrow.nothing_changed', { id });
