/** Success rate and confirmation times against a model that does it by hand, and the figures a collector reads. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { RAILS, type RailName } from '../../../core/contract/payees.ts';
import type { RailRates } from '../../../core/contract/watching.ts';
import type { Tx } from '../../../core/store/tx.ts';
import { metricFamilies } from '../../../core/watching/metrics.ts';
import { railRates } from '../../../core/watching/rates.ts';
import { exposition } from '../../../main/server/exposition.ts';
import { readExposition } from '../../support/exposition.ts';
import { forEachStore, type OpenStore } from '../../support/stores.ts';
import { testTreasury } from '../../support/treasury.ts';

const SEED = 20_261_121;
const DAY = 24 * 3_600_000;
const HOUR = 3_600_000;

interface Attempt {
  readonly rail: RailName;
  readonly status: 'open' | 'completed' | 'failed' | 'unsent';
  /** Before now. */
  readonly endedAgo: number;
  readonly lasted: number;
  /** When it had its signatures, after it was begun; only on Stellar. */
  readonly signedAfter: number | null;
  readonly message: string | null;
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  rail: fc.constantFrom(...RAILS),
  status: fc.constantFrom('open', 'completed', 'completed', 'completed', 'failed', 'unsent'),
  endedAgo: fc.oneof(fc.constantFrom(0, 1, DAY - 1, DAY, DAY + 1), fc.integer({ min: 0, max: 2 * DAY })),
  lasted: fc.oneof(fc.constantFrom(0, 1_000), fc.integer({ min: 0, max: HOUR })),
  signedAfter: fc.option(fc.integer({ min: 0, max: 2_000 })),
  message: fc.constantFrom(
    null,
    null,
    null,
    'paid',
    'resolved by two people: they called',
    'found in the provider’s history',
  ),
});

/** When it was given to its rail, and when its outcome became known. */
function times({ rail, endedAgo, lasted, signedAfter }: Attempt, nowMs: number) {
  const endedMs = nowMs - endedAgo;
  const createdMs = endedMs - lasted;
  const signedMs = rail === 'stellar' && signedAfter !== null ? Math.min(endedMs, createdMs + signedAfter) : null;
  return { endedMs, createdMs, signedMs, givenMs: signedMs ?? createdMs };
}

function byHand(attempts: readonly Attempt[], nowMs: number): readonly RailRates[] {
  return RAILS.flatMap((rail): RailRates[] => {
    const ended = attempts.filter((one) => {
      const isOutcome = one.status === 'completed' || one.status === 'failed';
      return one.rail === rail && isOutcome && one.endedAgo < DAY && times(one, nowMs).endedMs <= nowMs;
    });
    if (ended.length === 0) return [];
    const completed = ended.filter(({ status }) => status === 'completed');
    const took = completed
      .filter(({ message }) => message === null || message === 'paid')
      .map((one) => times(one, nowMs).endedMs - times(one, nowMs).givenMs)
      .sort((a, b) => a - b);
    const within = took.find((limit) => took.filter((ms) => ms <= limit).length / took.length >= 0.95);
    return [
      {
        rail,
        completed: completed.length,
        failed: ended.length - completed.length,
        undecided: 0,
        successBasisPoints: Math.floor((completed.length * 10_000) / ended.length),
        meanMs: took.length === 0 ? null : Math.floor(took.reduce((sum, ms) => sum + ms, 0) / took.length),
        p95Ms: within ?? null,
      },
    ];
  });
}

class Undo extends Error {}

async function laidOut(open: OpenStore) {
  const t = await testTreasury(await open());
  const { id } = await t.request(t.ada, await t.addPayee('Carla'));
  const nowMs = t.clock.nowMs() + 10 * DAY;
  const insert = async (tx: Tx, attempts: readonly Attempt[]) => {
    for (const [at, one] of attempts.entries()) {
      const { endedMs, createdMs, signedMs } = times(one, nowMs);
      const ended = one.status === 'open' ? null : BigInt(endedMs);
      await tx.run(sql`insert into payout_attempts (id, payout_id, number, rail, key, status, provider_message, created_at_ms, ended_at_ms)
        values (${`att_${at}`}, ${id}, ${BigInt(at + 1)}, ${one.rail}, ${`k${at}`}, ${one.status}, ${one.message}, ${BigInt(createdMs)}, ${ended})`);
      if (one.rail !== 'stellar') continue;
      await tx.run(sql`insert into chain_transactions (id, network, source, sequence, hash, mode, state, version, envelope, authority, payments,
          fee_minor, max_time_s, ledger_before, submissions, ledger, built_by, built_at_ms, signed_at_ms, ended_at_ms)
        values (${`txn_${at}`}, 'sandbox', 'G', ${BigInt(at + 1)}, ${`h${at}`}, 'signers', 'confirmed', 1, 'e', '{}', 1, 100, 1, 1, 0, 7, 'ada', 1,
          ${signedMs === null ? null : BigInt(signedMs)}, ${BigInt(endedMs)})`);
      await tx.run(
        sql`insert into chain_payments (transaction_id, position, payout_id, attempt_id) values (${`txn_${at}`}, 0, ${id}, ${`att_${at}`})`,
      );
    }
  };
  /** What is read while these attempts are all there are; afterwards there are none again. */
  const asIf = async <T>(attempts: readonly Attempt[], read: (tx: Tx) => Promise<T>): Promise<T> => {
    const answers: T[] = [];
    await t.treasury.writer
      .transaction(async (tx) => {
        await insert(tx, attempts);
        answers.push(await read(tx));
        throw new Undo();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error;
      });
    const [answer] = answers;
    if (answer === undefined) throw new Error('Nothing was read');
    return answer;
  };
  return { ...t, nowMs, asIf };
}

forEachStore((_name, open) => {
  describe('rates of 24 hours', () => {
    it('are what anybody would count by hand', async () => {
      const { asIf, nowMs } = await laidOut(open);
      await fc.assert(
        fc.asyncProperty(fc.array(attempt, { maxLength: 40 }), async (attempts) => {
          expect(await asIf(attempts, (tx) => railRates(tx, nowMs))).toEqual(byHand(attempts, nowMs));
        }),
        { seed: SEED, numRuns: 20 },
      );
    });
  });

  it('the figures of a treasury can be read by a collector, and say what the records say', async () => {
    const { asIf, nowMs, treasury, fund, ada, ...t } = await laidOut(open);
    await fund(5_000n);
    const ben = await t.addPerson('Ben', ['approver']);
    const payee = await t.addPayee('Dora the Secret');
    const { id } = await t.request(ada, payee, { amountMinor: 700n });
    await t.approve(ben, id);
    await treasury.writer.transaction(async (tx) => {
      await tx.run(sql`insert into jobs (name, next_run_at_ms, run, failures, last_outcome, last_ended_at_ms) values
        ('backup', 1, 1, 0, 'ok', 61500), ('of-another-version', 1, 1, 0, null, null)`);
      await tx.run(
        sql`insert into outbox_cursors (consumer, seq, updated_at_ms) select 'mails', max(seq) - 2, 0 from outbox`,
      );
      await tx.run(
        sql`insert into provider_events (provider, event_id, received_at_ms, raw) values ('stripe', 'e', 1, '{}')`,
      );
      await tx.run(sql`insert into mails (id, kind, to_address, subject, text, html, status, attempts, created_at_ms, next_try_at_ms)
        values ('m1', 'test', 'dora@example.com', 's', 't', 'h', 'waiting', 0, 1, 1)`);
      await tx.run(sql`insert into alerts (id, rule, subject, severity, facts, since_ms, raised_at_ms, updated_at_ms)
        values ('alr_1', 'backup_old', 'backup', 'critical', '{}', 1, 1, 1)`);
    });
    const attempts: readonly Attempt[] = [
      { rail: 'stripe', status: 'completed', endedAgo: 5 * DAY, lasted: 1_500, signedAfter: null, message: null },
      { rail: 'stripe', status: 'completed', endedAgo: 0, lasted: 10_000, signedAfter: null, message: null },
      { rail: 'stripe', status: 'failed', endedAgo: 0, lasted: 0, signedAfter: null, message: null },
    ];
    const sync = [
      { rail: 'stripe' as const, configured: true, health: 'failing' as const, lastOkAtMs: nowMs - 90_500, dead: 1 },
      { rail: 'nowpayments' as const, configured: false, health: 'off' as const, lastOkAtMs: null, dead: 0 },
    ].map((one) => ({
      ...one,
      running: false,
      lagMs: null,
      newestAtMs: null,
      backOffUntilMs: null,
      retryAfterMs: null,
      failingSinceMs: null,
      failures: 0,
      lastError: null,
      paused: null,
      reading: null,
      waiting: 2,
    }));
    const scraped = (amounts: boolean) =>
      asIf(attempts, async (tx) => exposition(await metricFamilies(tx, { nowMs, amounts, jobs: ['backup'], sync })));

    const text = await scraped(true);
    const families = readExposition(text);
    const value = (name: string, labels: Record<string, string> = {}) =>
      [...families.values()]
        .flatMap(({ series }) => series)
        .find(
          (one) =>
            one.name === `countersign_${name}` && Object.entries(labels).every(([key, is]) => one.labels[key] === is),
        )?.value;
    expect({
      pending: value('payouts', { rail: 'simulated', status: 'pending' }),
      approved: value('payouts', { rail: 'simulated', status: 'approved' }),
      outcomes: [
        value('payout_attempts_total', { outcome: 'completed' }),
        value('payout_attempts_total', { outcome: 'failed' }),
      ],
      within: [1, 2, 10].map((le) => value('payout_confirmation_seconds_bucket', { rail: 'stripe', le: String(le) })),
      sum: value('payout_confirmation_seconds_sum', { rail: 'stripe' }),
      up: value('provider_up', { rail: 'stripe' }),
      notSetUp: value('provider_up', { rail: 'nowpayments' }),
      lag: value('sync_lag_seconds', { rail: 'stripe' }),
      dead: value('provider_records_open', { rail: 'stripe', state: 'dead' }),
      backup: value('job_last_success_timestamp_seconds', { job: 'backup' }),
      otherJob: value('job_failures', { job: 'of-another-version' }),
      alerts: value('alerts_open', { rule: 'backup_old', severity: 'critical' }),
      backlog: value('outbox_backlog_events', { follower: 'mails' }),
      mails: value('deliveries', { channel: 'mail', status: 'waiting' }),
      records: value('provider_records', { rail: 'stripe', outcome: 'stored' }),
      funds: value('treasury_minor_units', { asset: 'iso:USD', part: 'funds' }),
      available: value('treasury_minor_units', { asset: 'iso:USD', part: 'available' }),
    }).toEqual({
      pending: 1,
      approved: 1,
      outcomes: [2, 1],
      within: [0, 1, 2],
      sum: 11.5,
      up: 0,
      notSetUp: undefined,
      lag: 90.5,
      dead: 1,
      backup: 61.5,
      otherJob: undefined,
      alerts: 1,
      backlog: 2,
      mails: 1,
      records: 1,
      funds: 5_000,
      available: 4_300,
    });
    for (const secret of ['Dora', 'Ben', id, payee.id, 'sim:', 'example.com']) expect(text).not.toContain(secret);
    expect(await scraped(false)).not.toContain('treasury_minor_units');
  });
});
