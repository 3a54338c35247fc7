/** Writing destinations down. Each begins as a proposal; core/payees/confirm.ts makes it one that is paid. */

import { sql } from 'kysely';
import { refreshQueueOfPayees } from '../approvals/queue/refresh.ts';
import type { CanonicalValue } from '../canonical/canonical.ts';
import type { Memo, NewDestination } from '../contract/payees.ts';
import type { DestinationId, PayeeId } from '../ids/ids.ts';
import { type AddressCheckers, partsOf } from '../rails/address.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import {
  destinationExists,
  destinationInvalid,
  destinationRetired,
  payeeClosed,
  railUnknown,
  unknownDestination,
} from './errors.ts';
import { accountKey, addressKey, flagLookAlikes, likenessOf, writtenLikenessOf } from './likeness.ts';
import { type DestinationRecord, getDestination, getPayee, lockPayee, type PayeeRecord } from './payees.ts';
import { NOT_SCREENED, recordScreenings, type Screened } from './screening.ts';

/** A destination as it comes in. A federation name has been resolved before: `address` is what it stood for. */
export type ProposedDestination = NewDestination & { readonly federation?: string | undefined };

/** Asked before the transaction; what a rail has not heard of is refused. */
export function refuseInvalid(checkers: AddressCheckers, destination: NewDestination): void {
  const checker = checkers.get(destination.rail);
  if (!checker) throw railUnknown(destination.rail);
  const check = checker.check(partsOf(destination));
  if (!check.ok) throw destinationInvalid(destination.rail, check.why, check.field);
}

export function newDestinationRecord(
  work: Work,
  payeeId: PayeeId,
  proposed: ProposedDestination,
  replacesId: DestinationId | null,
): DestinationRecord {
  return {
    ...partsOf(proposed),
    id: work.ids.next('destination'),
    payeeId,
    federation: proposed.federation ?? null,
    status: 'proposed',
    createdAtMs: work.nowMs,
    proposedBy: work.actor.id,
    confirmedAtMs: null,
    confirmedBy: null,
    usableFromMs: null,
    retiredAtMs: null,
    replacesId,
    lookAlikeOf: null,
  };
}

/** Writes any number of proposals in a handful of statements, and flags those that look like others. */
export async function insertDestinations(work: Work, destinations: readonly DestinationRecord[]): Promise<void> {
  await insertRows(
    work.tx,
    'destinations',
    DESTINATION_COLUMNS,
    destinations.map((destination) => ({
      id: destination.id,
      payee_id: destination.payeeId,
      rail: destination.rail,
      address: destination.address,
      status: destination.status,
      created_at_ms: BigInt(destination.createdAtMs),
      created_by: destination.proposedBy,
      memo_type: destination.memo?.type ?? null,
      memo_value: destination.memo?.value ?? null,
      extra_id: destination.extraId,
      currency: destination.currency,
      federation: destination.federation,
      address_key: addressKey(destination.address),
      account_key: accountKey(destination.address),
      likeness: likenessOf(destination.address),
      written_likeness: writtenLikenessOf(destination.address),
      look_alike_of: null,
      replaces_id: destination.replacesId,
      confirmed_at_ms: null,
      confirmed_by: null,
      usable_from_ms: null,
      retired_at_ms: null,
    })),
  );
  await flagLookAlikes(
    work.tx,
    destinations.map(({ id }) => id),
  );
}

export async function proposeDestination(
  work: Work,
  input: { readonly id: string; readonly destination: ProposedDestination; readonly replaces?: string | undefined },
  screened: Screened = NOT_SCREENED,
): Promise<PayeeRecord> {
  const payee = await lockPayee(work.tx, input.id);
  if (payee.status === 'closed') throw payeeClosed(payee.id);
  const replaced = input.replaces === undefined ? null : replacedBy(payee, input.replaces);
  const destination = newDestinationRecord(work, payee.id, input.destination, replaced);
  const twin = payee.destinations.find((known) => known.status !== 'retired' && sameDestination(known, destination));
  if (twin) throw destinationExists(twin.id);
  await insertDestinations(work, [destination]);
  await recordScreenings(work, [payee], [destination], screened);
  // The payee was looked up with it, and may be on the list by now.
  if (screened.size > 0) await refreshQueueOfPayees(work, [payee.id]);
  work.audit({
    action: 'destination.propose',
    subject: `payee:${payee.id}`,
    details: { ...described(destination), ...(replaced === null ? {} : { replaces: replaced }) },
  });
  work.emit({ name: 'payee.destination_proposed', subject: `payee:${payee.id}` });
  return getPayee(work.tx, payee.id);
}

function replacedBy(payee: PayeeRecord, id: string): DestinationId {
  const replaced = payee.destinations.find((known) => known.id === id);
  if (!replaced) throw unknownDestination(id);
  if (replaced.status === 'retired') throw destinationRetired(id);
  return replaced.id;
}

function sameDestination(a: DestinationRecord, b: DestinationRecord): boolean {
  return destinationKey(a) === destinationKey(b);
}

/** All that makes two destinations of one payee the same. */
function destinationKey({ rail, address, memo, extraId, currency }: DestinationRecord): string {
  return JSON.stringify([rail, addressKey(address), memo?.type, memo?.value, extraId, currency]);
}

/** From now on nothing is paid to it, not even what was approved before. */
export async function retireDestination(
  work: Work,
  input: { readonly destinationId: string; readonly reason: string },
): Promise<PayeeRecord> {
  const found = await getDestination(work.tx, input.destinationId);
  const payee = await lockPayee(work.tx, found.payeeId);
  const { changed } = await work.tx.run(sql`
    update destinations set status = 'retired', retired_at_ms = ${BigInt(work.nowMs)}
    where id = ${found.id} and status <> 'retired'`);
  if (changed === 0n) throw destinationRetired(found.id);
  work.audit({
    action: 'destination.retire',
    subject: `payee:${payee.id}`,
    details: { ...described(found), was: found.status, reason: input.reason },
  });
  work.emit({ name: 'payee.destination_retired', subject: `payee:${payee.id}` });
  return getPayee(work.tx, payee.id);
}

/** As the audit keeps it. */
export function described(destination: DestinationRecord): { readonly [key: string]: CanonicalValue } {
  const { id, rail, address, memo, extraId, currency, federation } = destination;
  const memoText = (value: Memo) => `${value.type}:${value.value}`;
  return { destination: id, rail, address, memo: memo && memoText(memo), extraId, currency, federation };
}

const DESTINATION_COLUMNS = {
  id: 'text',
  payee_id: 'text',
  rail: 'text',
  address: 'text',
  status: 'text',
  created_at_ms: 'bigint',
  created_by: 'text',
  memo_type: 'text',
  memo_value: 'text',
  extra_id: 'text',
  currency: 'text',
  federation: 'text',
  address_key: 'text',
  account_key: 'text',
  likeness: 'text',
  written_likeness: 'text',
  look_alike_of: 'text',
  replaces_id: 'text',
  confirmed_at_ms: 'bigint',
  confirmed_by: 'text',
  usable_from_ms: 'bigint',
  retired_at_ms: 'bigint',
} as const;
