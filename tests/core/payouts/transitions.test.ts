import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { PAYOUT_STATUSES, type PayoutStatus } from '../../../core/contract/payouts.ts';
import { balanceDrift, trialBalance } from '../../../core/ledger/balances.ts';
import { transition } from '../../../core/payouts/machine.ts';
import { getPayout, type PayoutRecord } from '../../../core/payouts/repository.ts';
import { nextStatus, PAYOUT_EVENTS, type PayoutEvent } from '../../../core/payouts/transitions.ts';
import { forEachStore } from '../../support/stores.ts';
import { type TestTreasury, testTreasury, USD, usdPosition } from '../../support/treasury.ts';

/** The table of the domain, written a second time and by hand. */
const LEGAL: Record<PayoutStatus, Partial<Record<PayoutEvent, PayoutStatus>>> = {
  pending: { approve: 'approved', cancel: 'cancelled', quarantine: 'quarantined' },
  approved: { send_back: 'pending', start: 'processing', cancel: 'cancelled', quarantine: 'quarantined' },
  processing: { unsent: 'approved', complete: 'completed', fail: 'failed', quarantine: 'quarantined' },
  completed: { quarantine: 'quarantined' },
  failed: { retry: 'pending', quarantine: 'quarantined' },
  cancelled: { quarantine: 'quarantined' },
  quarantined: {
    resolve_completed: 'completed',
    resolve_failed: 'failed',
    resolve_approved: 'approved',
    resolve_cancelled: 'cancelled',
  },
};

/** How a payout gets into each state from `pending`. */
const WAY_TO: Record<PayoutStatus, readonly PayoutEvent[]> = {
  pending: [],
  approved: ['approve'],
  processing: ['approve', 'start'],
  completed: ['approve', 'start', 'complete'],
  failed: ['approve', 'start', 'fail'],
  cancelled: ['cancel'],
  quarantined: ['approve', 'start', 'quarantine'],
};

const AMOUNT = 12_345n;

/** Where the amount must stand in each state: owed to the payee, held, or paid out to clearing. */
const BOOKS: Record<Exclude<PayoutStatus, 'quarantined'>, { payee: bigint; held: bigint; clearing: bigint }> = {
  pending: { payee: AMOUNT, held: 0n, clearing: 0n },
  approved: { payee: 0n, held: AMOUNT, clearing: 0n },
  processing: { payee: 0n, held: AMOUNT, clearing: 0n },
  completed: { payee: 0n, held: 0n, clearing: AMOUNT },
  failed: { payee: AMOUNT, held: 0n, clearing: 0n },
  cancelled: { payee: AMOUNT, held: 0n, clearing: 0n },
};

const legal = PAYOUT_STATUSES.flatMap((status) =>
  PAYOUT_EVENTS.flatMap((event) => {
    const to = LEGAL[status][event];
    return to === undefined ? [] : [[status, event, to] as const];
  }),
);
/** A quarantine keeps the state before; each way in is a case of its own. */
const quarantines = (Object.keys(BOOKS) as (keyof typeof BOOKS)[]).flatMap((before) =>
  (['completed', 'failed', 'approved', 'cancelled'] as const).map((to) => [before, to] as const),
);

async function books(t: TestTreasury, payout: PayoutRecord) {
  const rows = await t.treasury.writer.rows<{ entity: string; pool: string; balance_minor: bigint }>(sql`
    select a.entity, a.pool, b.balance_minor from accounts a join account_balances b on b.account_id = a.id
    where a.asset_id = ${USD}`);
  const of = (entity: string, pool = '') =>
    rows.find((row) => row.entity === entity && row.pool === pool)?.balance_minor ?? 0n;
  return {
    payee: of(`payee:${payout.payeeId}`),
    held: of('treasury', 'withdrawal:pending'),
    clearing: of('treasury:clearing:simulated'),
    overpaid: of('treasury', 'receivable:overpaid'),
  };
}

forEachStore((_name, open) => {
  const at = async (status: PayoutStatus) => {
    const writer = await open();
    const t = await testTreasury(writer);
    await t.fund(1_000_000n);
    const asked = await t.request(t.ada, await t.addPayee('Carla'), { amountMinor: AMOUNT });
    const apply = (event: PayoutEvent) =>
      t.as(t.ada.actor, async (work) =>
        transition(work, await getPayout(work.tx, asked.id), event, { reason: 'test' }),
      );
    for (const event of WAY_TO[status]) await apply(event);
    return { writer, t, apply, payout: () => getPayout(writer, asked.id) };
  };

  describe('every pair of state and event', () => {
    it.each(legal)('%s, %s: becomes %s', async (status, event, to) => {
      const { writer, t, apply, payout } = await at(status);
      const before = await payout();
      expect(nextStatus(status, event)).toBe(to);
      const after = await apply(event);
      expect(after).toMatchObject({
        status: to,
        version: before.version + 1n,
        statusBefore: to === 'quarantined' ? status : null,
      });
      if (to !== 'quarantined') expect(await books(t, after)).toMatchObject(BOOKS[to]);
      expect(await balanceDrift(writer)).toEqual([]);
      expect((await trialBalance(writer)).totals.every(({ sumMinor }) => sumMinor === 0n)).toBe(true);
    });

    it.each(PAYOUT_STATUSES)('%s: refuses every other event, and stays as it was', async (status) => {
      const { t, apply, payout } = await at(status);
      const before = await payout();
      const booksBefore = await books(t, before);
      const illegal = PAYOUT_EVENTS.filter((event) => LEGAL[status][event] === undefined);
      expect(illegal.length).toBeGreaterThan(0);
      for (const event of illegal) {
        expect(nextStatus(status, event), event).toBeNull();
        await expect(apply(event), event).rejects.toMatchObject({
          code: 'payout.stale',
          data: { id: before.id, status },
        });
        expect(await payout(), event).toEqual(before);
        expect(await books(t, before), event).toEqual(booksBefore);
      }
    });
  });

  describe('what a resolution moves follows from where the amount stood before', () => {
    it.each(quarantines)('from %s, resolved as %s', async (before, to) => {
      const { t, apply, writer } = await at(before);
      await apply('quarantine');
      const resolved = await apply(`resolve_${to}`);
      const expected = BOOKS[to];
      const paidAfterReturn = to === 'completed' && (before === 'failed' || before === 'cancelled');
      expect(resolved.status).toBe(to);
      expect(await books(t, resolved)).toEqual(
        paidAfterReturn
          ? // It went back to the payee and was paid all the same: somebody owes it to the treasury.
            { payee: AMOUNT, held: 0n, clearing: AMOUNT, overpaid: -AMOUNT }
          : { ...expected, overpaid: 0n },
      );
      expect(await balanceDrift(writer)).toEqual([]);
      expect((await usdPosition(writer)).heldMinor).toBe(expected.held);
    });
  });

  describe('the treasury’s version', () => {
    it('is raised once by each completion and by nothing else', async () => {
      const { writer, apply } = await at('processing');
      const version = async () =>
        (await writer.rows<{ version: bigint }>(sql`select version from treasury_state where asset_id = 'iso:USD'`))[0]
          ?.version ?? 0n;
      expect(await version()).toBe(0n);
      await apply('complete');
      expect(await version()).toBe(1n);
      await apply('quarantine');
      await apply('resolve_completed');
      expect(await version()).toBe(1n);
    });
  });
});
