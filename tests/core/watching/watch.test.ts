import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../core/contract/alerts.ts';
import type { SyncStatus } from '../../../core/contract/sync.ts';
import { acknowledgeAlert, clearedAlerts, getAlert, openAlerts, snoozeAlert } from '../../../core/watching/alerts.ts';
import { setThresholds, thresholdsView } from '../../../core/watching/thresholds.ts';
import { type Surroundings, watch } from '../../../core/watching/watch.ts';
import { forEachStore, type OpenStore } from '../../support/stores.ts';
import { type Person, testTreasury, USD } from '../../support/treasury.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const QUIET: Surroundings = { sync: [], jobs: [], readings: { clockBehindMs: 0, deviceTrouble: null } };

function reading(change: Partial<SyncStatus>): SyncStatus {
  return {
    rail: 'stripe',
    configured: true,
    health: 'ok',
    running: false,
    lastOkAtMs: null,
    lagMs: null,
    newestAtMs: null,
    backOffUntilMs: null,
    retryAfterMs: null,
    failures: 0,
    failingSinceMs: null,
    lastError: null,
    paused: null,
    reading: null,
    waiting: 0,
    dead: 0,
    ...change,
  };
}

async function watched(open: OpenStore) {
  const t = await testTreasury(await open());
  const { writer } = t.treasury;
  const run = (statement: ReturnType<typeof sql>) => writer.transaction((tx) => tx.run(statement));
  const origin = { host: 'test', ip: null, userAgent: null, correlationId: 'watch' };
  let ben: Person | null = null;
  const actor = { kind: 'job', id: 'job:watch', name: 'watch', roles: [] } as const;
  return {
    ...t,
    writer,
    run,
    look: (around: Partial<Surroundings> = {}) =>
      watch({ treasury: t.treasury, action: 'job.watch', actor, origin }, { ...QUIET, ...around }),
    open: () => openAlerts(writer, t.clock.nowMs()),
    events: async () =>
      (await writer.rows<{ name: string }>(sql`select name from outbox where subject like 'alert:%' order by seq`)).map(
        ({ name }) => name,
      ),
    async setFloor(floorMinor: bigint | null) {
      const change = { thresholds: [], floors: [{ assetId: USD, floorMinor }], reason: 'as the board wants it' };
      await t.as(t.ada.actor, (work) => setThresholds(work, change), 'alerts.set');
    },
    async found(action: string, count: number) {
      await t.as(t.ada.actor, async (work) => work.audit({ action, subject: 'vault', details: { count } }));
    },
    /** A payout as it would stand after its rail was asked so long ago. */
    async standing(status: string, ageMs: number) {
      await t.fund(100n);
      ben ??= await t.addPerson('Ben', ['approver']);
      const payout = await t.request(t.ada, await t.addPayee(`Carla ${status} ${ageMs}`), { amountMinor: 100n });
      await t.approve(ben, payout.id);
      const before = status === 'quarantined' ? sql`'processing'` : sql`null`;
      const at = BigInt(t.clock.nowMs() - ageMs);
      await run(
        sql`update payouts set status = ${status}, status_before = ${before}, updated_at_ms = ${at} where id = ${payout.id}`,
      );
      if (status === 'processing')
        await run(sql`insert into payout_attempts (id, payout_id, number, rail, key, status, created_at_ms)
          values (${`att_${payout.id}`}, ${payout.id}, 1, 'simulated', ${payout.id}, 'open', ${at})`);
      return payout.id;
    },
    async ended(status: 'completed' | 'failed', count: number) {
      const payout = await t.request(t.ada, await t.addPayee(`Dora ${status}`));
      for (let number = 1; number <= count; number += 1) {
        await run(sql`insert into payout_attempts (id, payout_id, number, rail, key, status, created_at_ms, ended_at_ms)
          values (${`att_${status}${number}`}, ${payout.id}, ${BigInt(number)}, 'simulated', ${`${status}${number}`}, ${status},
            ${BigInt(t.clock.nowMs() - 1_000)}, ${BigInt(t.clock.nowMs())})`);
      }
    },
  };
}

type World = Awaited<ReturnType<typeof watched>>;

forEachStore((name, open) => {
  describe('an alert', () => {
    it('is raised once, follows its figures, and is cleared when its cause is gone', async () => {
      const w = await watched(open);
      await w.standing('quarantined', 2 * DAY);
      expect(await w.look()).toEqual({ raised: 1, cleared: 0, open: 1 });
      expect(await w.look()).toEqual({ raised: 0, cleared: 0, open: 1 });
      const [alert] = await w.open();
      expect(alert).toMatchObject({
        severity: 'warning',
        subject: 'rail:simulated',
        facts: { rule: 'quarantine_ageing', rail: 'simulated', payouts: 1, longerThanHours: 24 },
        sinceMs: w.clock.nowMs() - 2 * DAY,
        waits: true,
      });

      w.clock.advance(MINUTE);
      await w.standing('quarantined', 3 * DAY);
      await w.look();
      expect(await w.open()).toMatchObject([
        { id: alert?.id, facts: { payouts: 2 }, sinceMs: w.clock.nowMs() - 3 * DAY, raisedAtMs: alert?.raisedAtMs },
      ]);

      await w.run(sql`update payouts set status = 'cancelled', status_before = null where status = 'quarantined'`);
      expect(await w.look()).toEqual({ raised: 0, cleared: 1, open: 0 });
      expect(await w.open()).toEqual([]);
      const history = await clearedAlerts(w.writer, w.clock.nowMs(), { cursor: undefined, limit: 10 });
      expect(history).toMatchObject({
        items: [{ id: alert?.id, clearedAtMs: w.clock.nowMs(), waits: false }],
        nextCursor: null,
      });
      expect(await w.events()).toEqual(['alert.raised', 'alert.cleared']);
      const log = await w.writer.rows(
        sql`select action from audit_entries where subject = ${`alert:${alert?.id}`} order by seq`,
      );
      expect(log).toEqual([{ action: 'alert.raise' }, { action: 'alert.clear' }]);
    });

    it('whose cause comes back is another one', async () => {
      const w = await watched(open);
      const behind = { readings: { clockBehindMs: 5 * MINUTE, deviceTrouble: null } };
      for (const around of [behind, {}, behind]) await w.look(around);
      expect(await w.events()).toEqual(['alert.raised', 'alert.cleared', 'alert.raised']);
      const [now] = await w.open();
      const { items } = await clearedAlerts(w.writer, w.clock.nowMs(), { cursor: undefined, limit: 10 });
      expect(items.map(({ id }) => id)).not.toContain(now?.id);
    });

    it('waits for nobody once somebody looks after it, and stays open until its cause is gone', async () => {
      const w = await watched(open);
      await w.standing('quarantined', 2 * DAY);
      await w.look();
      const [{ id } = { id: '' }] = await w.open();
      const mine = await w.as(
        w.ada.actor,
        (work) => acknowledgeAlert(work, { id, reason: 'I called them' }),
        'alert.acknowledge',
      );
      expect(mine).toMatchObject({ waits: false, acknowledged: { by: 'Ada', reason: 'I called them' }, snoozed: null });
      w.clock.advance(30 * DAY);
      await w.look();
      expect(await w.open()).toMatchObject([{ id, waits: false }]);
      expect(await w.events()).toEqual(['alert.raised', 'alert.acknowledged']);
    });

    it('that was put off is raised anew when its time is over, if it is still so', async () => {
      const w = await watched(open);
      const behind = { readings: { clockBehindMs: 5 * MINUTE, deviceTrouble: null } };
      await w.look(behind);
      const [{ id } = { id: '' }] = await w.open();
      const later = await w.as(
        w.ada.actor,
        (work) => snoozeAlert(work, { id, forMs: HOUR, reason: 'after lunch' }),
        'alert.snooze',
      );
      expect(later).toMatchObject({ waits: false, snoozed: { untilMs: w.clock.nowMs() + HOUR } });
      w.clock.advance(HOUR - 1);
      await w.look(behind);
      expect(await w.open()).toMatchObject([{ waits: false }]);
      w.clock.advance(1);
      await w.look(behind);
      await w.look(behind);
      expect(await w.open()).toMatchObject([{ id, waits: true, snoozed: null }]);
      expect(await w.events()).toEqual(['alert.raised', 'alert.snoozed', 'alert.raised']);
    });

    it('that is cleared, or never was, is neither acknowledged nor put off', async () => {
      const w = await watched(open);
      await w.look({ readings: { clockBehindMs: 5 * MINUTE, deviceTrouble: null } });
      const [{ id } = { id: '' }] = await w.open();
      await w.look();
      const reason = 'too late';
      await expect(w.as(w.ada.actor, (work) => acknowledgeAlert(work, { id, reason }))).rejects.toMatchObject({
        code: 'alert.cleared',
      });
      await expect(w.as(w.ada.actor, (work) => snoozeAlert(work, { id, forMs: HOUR, reason }))).rejects.toMatchObject({
        code: 'alert.cleared',
      });
      await expect(getAlert(w.writer, 0, 'alr_none')).rejects.toMatchObject({ code: 'alert.unknown' });
    });
  });

  describe('a rule', () => {
    const NEVER: Surroundings['readings'] = { clockBehindMs: 0, deviceTrouble: null };
    const passes = async (w: World) => w.clock.advance(1);

    interface Case {
      readonly rule: AlertRule;
      readonly subject: string;
      /** Still fine. */
      readonly fine: (w: World) => Promise<unknown>;
      /** No longer; a millisecond passes where nothing else is said. */
      readonly over?: (w: World) => Promise<unknown>;
      readonly around?: (w: World, isOver: boolean) => Partial<Surroundings>;
    }
    const nothing = async () => undefined;

    const CASES: readonly Case[] = [
      {
        rule: 'treasury_short',
        subject: 'asset:iso:USD',
        fine: async (w) => {
          await w.fund(300n);
          const payee = await w.addPayee('Erin');
          await w.request(w.ada, payee, { amountMinor: 100n });
          await w.request(w.ada, payee, { amountMinor: 200n, dueAtMs: w.clock.nowMs() + 7 * DAY });
          await w.request(w.ada, payee, { amountMinor: 100n, dueAtMs: w.clock.nowMs() + 7 * DAY + 1 });
        },
      },
      {
        rule: 'treasury_low',
        subject: 'asset:iso:USD',
        fine: (w) => w.setFloor(300n),
        over: (w) => w.setFloor(301n),
      },
      {
        rule: 'payouts_stuck',
        subject: 'rail:simulated',
        fine: (w) => w.standing('processing', 15 * MINUTE - 1),
      },
      {
        rule: 'payouts_waiting',
        subject: 'rail:simulated',
        fine: async (w) => {
          const id = await w.standing('approved', 30 * DAY);
          await w.run(sql`update payouts set due_at_ms = ${BigInt(w.clock.nowMs() - DAY + 1)} where id = ${id}`);
        },
      },
      { rule: 'quarantine_ageing', subject: 'rail:simulated', fine: (w) => w.standing('quarantined', DAY - 1) },
      {
        rule: 'failure_rate',
        subject: 'rail:simulated',
        fine: (w) => w.ended('completed', 9),
        over: (w) => w.ended('failed', 1),
      },
      {
        rule: 'provider_unhealthy',
        subject: 'rail:stripe',
        fine: nothing,
        around: (w, isOver) => ({
          sync: [
            reading({
              health: 'failing',
              // Never read at all, and tried again a moment ago: it fails for as long as it fails.
              lastOkAtMs: null,
              failingSinceMs: w.clock.nowMs() - 5 * MINUTE + (isOver ? 0 : 1),
              lastError: { words: 'no answer', atMs: w.clock.nowMs() },
            }),
          ],
        }),
      },
      {
        rule: 'sync_lag',
        subject: 'rail:stripe',
        fine: nothing,
        around: (w, isOver) => ({ sync: [reading({ lastOkAtMs: w.clock.nowMs() - 15 * MINUTE + (isOver ? 0 : 1) })] }),
      },
      {
        rule: 'records_dead',
        subject: 'rail:stripe',
        fine: nothing,
        around: (w, isOver) => ({ sync: [reading({ lastOkAtMs: w.clock.nowMs(), dead: isOver ? 1 : 0, waiting: 3 })] }),
      },
      {
        rule: 'job_failing',
        subject: 'job:nightly',
        fine: (w) =>
          w.run(sql`insert into jobs (name, next_run_at_ms, run, failures, last_summary)
            values ('nightly', ${BigInt(w.clock.nowMs())}, 9, 2, 'The disk is full'), ('of-another-version', 1, 9, 99, ''),
              ('pay-stripe', ${BigInt(w.clock.nowMs())}, 9, 99, 'Stripe did not answer'), ('sync-stripe', ${BigInt(w.clock.nowMs())}, 9, 99, 'Stripe did not answer')`),
        over: (w) => w.run(sql`update jobs set failures = 3 where name = 'nightly'`),
        around: () => ({ jobs: ['nightly', 'pay-stripe', 'sync-stripe'], sync: [reading({ health: 'failing' })] }),
      },
      {
        rule: 'job_late',
        subject: 'job:nightly',
        fine: (w) =>
          w.run(sql`insert into jobs (name, next_run_at_ms, run, failures, paused_at_ms, paused_by, holder, lease_until_ms)
            values ('paused', 1, 1, 0, 1, 'ada', null, null), ('running', 1, 1, 0, null, null, 'h', ${BigInt(w.clock.nowMs() + MINUTE)})`),
        over: (w) =>
          w.run(sql`update jobs set next_run_at_ms = ${BigInt(w.clock.nowMs() - 15 * MINUTE)} where name = 'nightly'`),
        around: () => ({ jobs: ['nightly', 'paused', 'running'] }),
      },
      {
        rule: 'clock_behind',
        subject: 'clock',
        fine: nothing,
        around: (_w, isOver) => ({ readings: { ...NEVER, clockBehindMs: MINUTE + (isOver ? 1 : 0) } }),
      },
      {
        rule: 'trust_broken',
        subject: 'vault',
        fine: async (w) => {
          await w.found('trust.broken', 2);
          await w.found('trust.whole', 0);
        },
        over: (w) => w.found('trust.broken', 2),
      },
      {
        rule: 'outbox_stuck',
        subject: 'follower:mails',
        fine: async (w) => {
          await w.run(sql`insert into outbox_cursors (consumer, seq, updated_at_ms)
            select 'mails', max(seq), 0 from outbox union all select 'windows:gone', 0, 0`);
          await w.setFloor(1n);
          w.clock.advance(30 * MINUTE - 1);
        },
      },
      {
        rule: 'delivery_failing',
        subject: 'mail',
        fine: (w) =>
          w.run(sql`insert into mails (id, kind, to_address, subject, text, html, status, attempts, answer, created_at_ms, next_try_at_ms)
            values ('m1', 'test', 'a@example.com', 's', 't', 'h', 'waiting', 2, '451 later', ${BigInt(w.clock.nowMs() - 30 * MINUTE + 1)}, 1),
              ('m2', 'test', 'a@example.com', 's', 't', 'h', 'waiting', 0, null, 1, 1), ('m3', 'test', 'a@example.com', 's', 't', 'h', 'failed', 9, '550 no', 1, null)`),
      },
      {
        rule: 'delivery_failing',
        subject: 'webhook:whk_1',
        fine: async (w) => {
          await w.run(
            sql`update mails set status = 'sent', next_try_at_ms = null, sent_at_ms = 1 where status = 'waiting'`,
          );
          await w.run(sql`insert into webhook_endpoints (id, url, events, description, status, created_by, created_at_ms, confirmed_by, confirmed_at_ms, failing_since_ms, failures, version)
            values ('whk_1', 'https://example.com', '[]', 'The ERP', 'active', ${w.ada.staff.id}, 1, 'ben', 1, ${BigInt(w.clock.nowMs() - 30 * MINUTE + 1)}, 4, 1)`);
        },
      },
      {
        rule: 'backup_old',
        subject: 'backup',
        fine: async (w) => {
          const at = BigInt(w.clock.nowMs());
          await w.run(sql`insert into jobs (name, next_run_at_ms, run, failures) values ('backup', ${at}, 2, 1)`);
          await w.run(sql`insert into job_history (name, run, holder, cause, started_at_ms, ended_at_ms, outcome, items)
            values ('backup', 1, 'h', 'clock', ${at}, ${at}, 'ok', 1), ('backup', 2, 'h', 'clock', ${at + 1n}, ${at + 2n}, 'failed', 1)`);
          w.clock.advance(36 * HOUR - 1);
        },
        around: () => ({ jobs: ['backup'] }),
      },
    ];

    it('says nothing a moment too early, and names what it is about', async () => {
      const w = await watched(open);
      for (const { rule, subject, fine, over = passes, around } of CASES) {
        const subjects = async (isOver: boolean) => {
          await w.look(around?.(w, isOver));
          const alerts = await w.open();
          return alerts.filter(({ facts }) => facts.rule === rule).map((alert) => alert.subject);
        };
        await fine(w);
        expect(await subjects(false), rule).toEqual([]);
        await over(w);
        expect(await subjects(true), rule).toEqual([subject]);
      }
    });

    it('about a Ledger speaks only while a transaction waits for it', async () => {
      const w = await watched(open);
      const trouble = {
        sync: [],
        jobs: [],
        readings: { clockBehindMs: 0, deviceTrouble: { code: 'device.locked', atMs: w.clock.nowMs() } },
      };
      w.clock.advance(10 * MINUTE);
      await w.look(trouble);
      expect(await w.open()).toEqual([]);
      await builtTransaction(w, w.clock.nowMs() + HOUR);
      await w.look(trouble);
      expect(await w.open()).toMatchObject([{ subject: 'device', facts: { code: 'device.locked', payments: 35 } }]);
      w.clock.advance(HOUR);
      await w.look(trouble);
      expect(await w.open()).toEqual([]);
    });

    it('about payments on Stellar lets people sign as long as the transaction lasts', async () => {
      const w = await watched(open);
      const id = await w.standing('processing', 2 * HOUR);
      await w.run(sql`update payout_attempts set rail = 'stellar' where payout_id = ${id}`);
      await w.run(sql`update payouts set rail = 'stellar' where id = ${id}`);
      await builtTransaction(w, w.clock.nowMs() + HOUR, `att_${id}`);
      await w.look();
      expect(await w.open()).toEqual([]);
      w.clock.advance(HOUR + 15 * MINUTE);
      await w.look();
      expect(await w.open()).toMatchObject([{ subject: 'rail:stellar', sinceMs: w.clock.nowMs() - 15 * MINUTE }]);
    });
  });

  describe('thresholds', () => {
    it('are what is standard until an admin sets others, and go back to no floor', async () => {
      const w = await watched(open);
      const set = (thresholds: Parameters<typeof setThresholds>[1]['thresholds'], floorMinor: bigint | null = null) =>
        w.as(
          w.ada.actor,
          (work) => setThresholds(work, { thresholds, floors: [{ assetId: USD, floorMinor }], reason: 'so' }),
          'alerts.set',
        );
      await set([{ name: 'quarantine_hours', value: 2 }], 500n);
      const kept = await thresholdsView(w.writer);
      expect(kept.thresholds.find(({ name: one }) => one === 'quarantine_hours')).toEqual({
        name: 'quarantine_hours',
        value: 2,
        standard: 24,
        min: 1,
        max: 744,
      });
      expect(kept.floors.find(({ assetId }) => assetId === USD)).toMatchObject({ floorMinor: '500' });
      expect(kept.floors.some(({ assetId }) => assetId.startsWith('credit:'))).toBe(false);
      await w.standing('quarantined', 2 * HOUR);
      await w.look();
      expect((await w.open()).map(({ facts }) => facts.rule)).toContain('quarantine_ageing');

      await set([]);
      expect((await thresholdsView(w.writer)).floors.every(({ floorMinor }) => floorMinor === null)).toBe(true);
      await expect(set([{ name: 'quarantine_hours', value: 2 }])).rejects.toMatchObject({
        code: 'alert.nothing_changed',
      });
      await expect(set([{ name: 'failure_percent', value: 0 }])).rejects.toMatchObject({
        code: 'alert.threshold',
        data: { min: 1, max: 100 },
      });
      const other = { thresholds: [], floors: [{ assetId: 'iso:XXX', floorMinor: 1n }], reason: 'so' };
      await expect(w.as(w.ada.actor, (work) => setThresholds(work, other))).rejects.toMatchObject({
        code: 'asset.unknown',
      });
    });
  });

  it(`one watcher at a time says something, on ${name}`, async () => {
    const w = await watched(open);
    const behind = { readings: { clockBehindMs: 5 * MINUTE, deviceTrouble: null } };
    const outcomes = await Promise.allSettled([w.look(behind), w.look(behind)]);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await w.events()).toEqual(['alert.raised']);
  });
});

async function builtTransaction(w: World, untilMs: number, attemptId?: string): Promise<void> {
  await w.run(sql`insert into chain_transactions (id, network, source, sequence, hash, mode, state, version, envelope, authority, payments,
      fee_minor, max_time_s, ledger_before, submissions, built_by, built_at_ms)
    values ('txn_1', 'sandbox', 'G', 1, 'h', 'signers', 'built', 1, 'e', '{}', 35, 100, ${BigInt(untilMs / 1_000)}, 1, 0, 'ada', 1)`);
  if (attemptId)
    await w.run(sql`insert into chain_payments (transaction_id, position, payout_id, attempt_id)
      select 'txn_1', 0, payout_id, id from payout_attempts where id = ${attemptId}`);
}
