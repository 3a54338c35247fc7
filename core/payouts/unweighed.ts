/**
 * What providers have told of a payout and nobody has weighed yet: it may be that it was paid. So it does
 * not start before, on whatever rail it was told. Weighing comes first in every sync, and either leaves the
 * payout as it is or sets it aside; only what could not be read at all waits for a person who has it tried
 * again, or for two who decide about the payout without it.
 */
import { sql } from 'kysely';
import type { ActId, PayoutId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { attemptFromKey } from './attempts.ts';
import { unweighed, unweighedAmong } from './errors.ts';
import type { PayoutRecord } from './repository.ts';

/** `given_up`: it could not be handled as often as it is tried; a person has it tried again. */
export type Unweighed = 'waits' | 'given_up';

/** Those that have not been handled, and those that were given up; each has an index of its own. */
const OPEN = sql`(
  select provider, reference, key, payout_id, outcome from provider_events where handled_at_ms is null
  union all
  select provider, reference, key, payout_id, outcome from provider_events where outcome = 'dead') as e`;

const SAME_PAYMENT = sql`a.rail = e.provider and a.provider_reference = e.reference`;

/** Every payout of which something is told; whose key it is told under may be none that this vault remembers. */
export async function payoutsUnweighed(reader: Reader): Promise<ReadonlySet<string>> {
  const rows = await reader.rows<{ payout_id: string | null; named: string | null; key: string | null }>(sql`
    select distinct e.payout_id, a.payout_id as named, e.key from ${OPEN} left join payout_attempts a on ${SAME_PAYMENT}`);
  return new Set(
    rows.flatMap(({ payout_id, named, key }) =>
      [payout_id, named, key === null ? null : (attemptFromKey(key)?.payoutId ?? null)].filter((id) => id !== null),
    ),
  );
}

const isAbout = (id: PayoutId) => sql`(
  e.payout_id = ${id} or substr(e.key, 1, ${sql.raw(String(id.length + 1))}) = ${`${id}-`}
  or exists (select 1 from payout_attempts a where a.payout_id = ${id} and ${SAME_PAYMENT}))`;

export async function unweighedOf(reader: Reader, id: PayoutId): Promise<Unweighed | null> {
  const rows = await reader.rows<{ outcome: string | null }>(sql`
    select distinct e.outcome from ${OPEN} where ${isAbout(id)}`);
  if (rows.length === 0) return null;
  return rows.some(({ outcome }) => outcome === 'dead') ? 'given_up' : 'waits';
}

export async function refuseUnweighed(reader: Reader, { id }: { readonly id: PayoutId }): Promise<void> {
  const told = await unweighedOf(reader, id);
  if (told !== null) throw unweighed(id, told);
}

/** Of many that go together, in one look. */
export async function refuseAnyUnweighed(
  reader: Reader,
  payouts: readonly Pick<PayoutRecord, 'id' | 'reference'>[],
): Promise<void> {
  const all = await payoutsUnweighed(reader);
  for (const { id, reference } of payouts) {
    const told = all.has(id) ? await unweighedOf(reader, id) : null;
    if (told !== null) throw unweighedAmong(id, reference, told);
  }
}

/**
 * Two people have said that the payout was not paid and goes out: so they have of what was given up before the
 * first of them signed, which its panel told them. What was given up since holds it up all the same.
 */
export async function noteGivenUp(work: Work, id: PayoutId, act: ActId): Promise<void> {
  const { rows } = await work.tx.run<{ provider: string; event_id: string; error: string | null }>(sql`
    update provider_events as e set outcome = 'noted', payout_id = ${id}
    where e.outcome = 'dead' and ${isAbout(id)}
      and e.handled_at_ms < (select created_at_ms from acts where id = ${act})
    returning provider, event_id, error`);
  for (const { provider, event_id, error } of rows) {
    const subject = `provider_event:${provider}:${event_id}`;
    work.audit({ action: 'provider_event.decided', subject, details: { payout: id, act, error } });
    work.emit({ name: 'provider_event.decided', subject });
  }
}
