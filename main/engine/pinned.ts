/** A federation name (`ana*example.com`) becomes the address it stands for now, before the transaction that keeps it. */
import type { NewDestination } from '../../core/contract/payees.ts';
import type { Refusal } from '../../core/errors/refusal.ts';
import type { ProposedDestination } from '../../core/payees/destinations.ts';
import { federationUnresolved } from '../../core/payees/errors.ts';
import { pinName } from '../../core/payees/pin.ts';
import { type FederationResolver, isFederationName } from '../../core/rails/address.ts';

export type Pinned = { readonly destination: ProposedDestination } | { readonly refusal: Refusal };

export async function pinned(federation: FederationResolver, destination: NewDestination): Promise<Pinned> {
  if (destination.rail !== 'stellar' || !isFederationName(destination.address)) return { destination };
  const name = destination.address;
  const pin = pinName((await federation.resolve([name])).get(name), destination.memo ?? null);
  if (!pin.ok) return { refusal: federationUnresolved(name, pin.why) };
  const { address, memo } = pin;
  return { destination: { ...destination, address, federation: name, ...(memo ? { memo } : {}) } };
}
