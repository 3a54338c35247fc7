/** A federation name (`ana*example.com`) becomes the address it stands for now, before the transaction that keeps it. */
import type { NewDestination } from '../../core/contract/payees.ts';
import type { Refusal } from '../../core/errors/refusal.ts';
import type { ProposedDestination } from '../../core/payees/destinations.ts';
import { federationUnresolved } from '../../core/payees/errors.ts';
import { type FederationResolver, isFederationName } from '../../core/rails/address.ts';

export type Pinned = { readonly destination: ProposedDestination } | { readonly refusal: Refusal };

export async function pinned(federation: FederationResolver, destination: NewDestination): Promise<Pinned> {
  if (destination.rail !== 'stellar' || !isFederationName(destination.address)) return { destination };
  const name = destination.address;
  const found = await federation.resolve(name);
  if (!found.ok) return { refusal: federationUnresolved(name, found.why) };
  if (destination.memo && found.memo) {
    return { refusal: federationUnresolved(name, 'The name brings a memo of its own; leave the other out.') };
  }
  const memo = found.memo ?? destination.memo;
  return { destination: { ...destination, address: found.address, federation: name, ...(memo ? { memo } : {}) } };
}
