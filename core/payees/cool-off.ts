/**
 * The rest a destination takes between its confirmation and the first payment to it, so that a
 * changed address can still be noticed. It holds back execution, not request or approval.
 */
import type { Reader } from '../store/tx.ts';
import { coolingOff, destinationNotConfirmed, destinationRetired } from './errors.ts';
import { type DestinationRecord, getDestination } from './payees.ts';

/** From when on payments may begin, or null while nobody has confirmed the destination or it is retired. */
export function destinationUsableFromMs(
  destination: Pick<DestinationRecord, 'status' | 'usableFromMs'>,
): number | null {
  return destination.status === 'confirmed' ? destination.usableFromMs : null;
}

export async function refuseCoolingOff(
  reader: Reader,
  payout: { readonly destinationId: string },
  nowMs: number,
): Promise<void> {
  const destination = await getDestination(reader, payout.destinationId);
  if (destination.status === 'retired') throw destinationRetired(destination.id);
  const usableFromMs = destinationUsableFromMs(destination);
  if (usableFromMs === null) throw destinationNotConfirmed(destination.id);
  if (nowMs < usableFromMs) throw coolingOff(destination.id, usableFromMs);
}
