/**
 * What becomes of a payment after it reached the payee's account at the provider: on to their bank.
 * It moves nothing of the treasury's, but people ask where their money is. One that was paid can
 * still fail for some days, so it is asked about until nothing more can happen.
 */
import { sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { OnwardPayment as OnwardView } from '../contract/payouts.ts';
import type { Driver } from '../jobs/driver.ts';
import { type OnwardPayment, type PayoutProvider, ProviderRefused } from '../rails/provider.ts';
import { perform, type Treasury } from '../store/command.ts';
import type { Reader, Writer } from '../store/tx.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Asked about again after a tenth of its age: often while it is new, and then less and less. */
const ASK_EVERY_MS_MIN = 15 * MINUTE_MS;
const ASK_EVERY_MS_MAX = DAY_MS;
/** Banks send back what was paid within some days. */
const PAID_IS_FINAL_AFTER_MS = 10 * DAY_MS;
/** By then the payee has left it where it is, or somebody else knows more. */
const GIVEN_UP_AFTER_MS = 90 * DAY_MS;
/** Of one round: the others of the same account want to be asked, too. */
const ROUND_MAX = 25;

/** Asks about those that are due. Gives how many had news. */
export async function trackOnward(driver: Driver, provider: PayoutProvider): Promise<{ readonly changed: number }> {
  const { treasury } = driver;
  const { rail, onwardPayment } = provider;
  if (!onwardPayment) return { changed: 0 };
  await begin(treasury.writer, rail, treasury.clock.nowMs());
  let changed = 0;
  for (const due of await dueOnward(treasury.writer, rail, treasury.clock.nowMs())) {
    await driver.step?.();
    // Put off before it is asked about: one that brings no answer must not be the first for ever.
    await putOff(treasury, rail, due);
    const found = await askedOnward(due, () => onwardPayment.call(provider, due.reference));
    if (await noteOnward(driver, rail, due, found)) changed += 1;
  }
  return { changed };
}

type Found = Omit<OnwardPayment, 'reference' | 'status'> & Pick<Due, 'status'> & { readonly reference: string | null };

/** The provider may not tell any more, of an account that has left: then why is all there is to know. */
async function askedOnward(due: Due, ask: () => Promise<OnwardPayment | null>): Promise<Found | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    const reference = due.onward_reference;
    const status = reference === null ? 'none' : 'unknown';
    return { reference, status, rawStatus: 'not told', message: error.message, arrivesAtMs: null };
  }
}

/** Payments that were settled since the newest that is asked about already. */
async function begin(writer: Writer, rail: RailName, nowMs: number): Promise<void> {
  const fresh = sql`
    from payout_attempts a where a.rail = ${rail} and a.settled_at_ms is not null and a.provider_reference is not null
      and a.settled_at_ms >= coalesce((select max(o.settled_at_ms) from onward_payments o where o.rail = ${rail}), 0)
      and not exists (select 1 from onward_payments o where o.rail = a.rail and o.reference = a.provider_reference)`;
  if ((await writer.rows(sql`select 1 ${fresh} limit 1`)).length === 0) return;
  await writer.transaction((tx) =>
    tx.run(sql`
      insert into onward_payments
        (rail, reference, payout_id, status, settled_at_ms, changed_at_ms, asked_at_ms, next_ask_at_ms)
      select a.rail, a.provider_reference, a.payout_id, 'none', a.settled_at_ms, a.settled_at_ms, a.settled_at_ms,
        cast(${BigInt(nowMs + ASK_EVERY_MS_MIN)} as bigint) ${fresh}`),
  );
}

interface Due {
  readonly reference: string;
  readonly payout_id: string;
  readonly onward_reference: string | null;
  readonly status: OnwardPayment['status'] | 'none';
  readonly raw_status: string | null;
  readonly settled_at_ms: bigint;
  readonly changed_at_ms: bigint;
}

function dueOnward(reader: Reader, rail: RailName, nowMs: number): Promise<readonly Due[]> {
  return reader.rows<Due>(sql`
    select reference, payout_id, onward_reference, status, raw_status, settled_at_ms, changed_at_ms from onward_payments
    where rail = ${rail} and next_ask_at_ms <= ${BigInt(nowMs)}
    order by next_ask_at_ms, reference limit ${BigInt(ROUND_MAX)}`);
}

function putOff({ writer, clock }: Treasury, rail: RailName, due: Due): Promise<void> {
  return writer.transaction(async (tx) => {
    const nowMs = clock.nowMs();
    const next = nextAsk(due, nowMs, nowMs - Number(due.changed_at_ms));
    await tx.run(sql`
      update onward_payments set asked_at_ms = ${BigInt(nowMs)}, next_ask_at_ms = ${next === null ? null : BigInt(next)}
      where rail = ${rail} and reference = ${due.reference}`);
  });
}

async function noteOnward(driver: Driver, rail: RailName, due: Due, found: Found | null): Promise<boolean> {
  const { treasury } = driver;
  const status = found?.status ?? 'none';
  const isNews =
    status !== due.status ||
    (found?.reference ?? null) !== due.onward_reference ||
    (found?.rawStatus ?? null) !== due.raw_status;
  // Nothing happened: when it is asked about again is written down already.
  if (!isNews) return false;
  await perform(treasury, driver, async (work) => {
    const next = nextAsk({ ...due, status }, work.nowMs, 0);
    await work.tx.write
      .updateTable('onward_payments')
      .set({
        onward_reference: found?.reference ?? null,
        status,
        raw_status: found?.rawStatus ?? null,
        message: found?.message ?? null,
        arrives_at_ms: found?.arrivesAtMs == null ? null : BigInt(found.arrivesAtMs),
        changed_at_ms: BigInt(work.nowMs),
        asked_at_ms: BigInt(work.nowMs),
        next_ask_at_ms: next === null ? null : BigInt(next),
      })
      .where('rail', '=', rail)
      .where('reference', '=', due.reference)
      .execute();
    const subject = `payout:${due.payout_id}`;
    const details = { from: due.status, to: status, onward: found?.reference ?? null, message: found?.message ?? null };
    work.audit({ action: 'payout.onward', subject, details });
    work.emit({ name: `payout.onward_${status}`, subject, payload: { from: due.status } });
  });
  return true;
}

/** Null once nothing more can happen to it. */
function nextAsk(
  { status, settled_at_ms }: Pick<Due, 'status' | 'settled_at_ms'>,
  nowMs: number,
  unchangedForMs: number,
): number | null {
  const ageMs = nowMs - Number(settled_at_ms);
  if (status === 'failed' || status === 'cancelled') return null;
  if (status === 'paid' && unchangedForMs >= PAID_IS_FINAL_AFTER_MS) return null;
  if (ageMs >= GIVEN_UP_AFTER_MS) return null;
  return nowMs + Math.min(ASK_EVERY_MS_MAX, Math.max(ASK_EVERY_MS_MIN, Math.floor(ageMs / 10)));
}

/** Of the payout's newest payment; null on rails that do not tell, and before it is settled. */
export async function onwardOf(reader: Reader, payoutId: string): Promise<OnwardView | null> {
  const row = await reader.db
    .selectFrom('onward_payments')
    .selectAll()
    .where('payout_id', '=', payoutId)
    .orderBy('settled_at_ms', 'desc')
    .orderBy('reference', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    reference: row.onward_reference,
    status: row.status,
    message: row.message,
    arrivesAtMs: row.arrives_at_ms === null ? null : Number(row.arrives_at_ms),
    changedAtMs: Number(row.changed_at_ms),
    askedAtMs: Number(row.asked_at_ms),
  };
}
