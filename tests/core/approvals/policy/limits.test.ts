/** What is approved and has to wait: limits of a day, and test payments that have to arrive first. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { heldBack } from '../../../../core/approvals/gate.ts';
import type { PolicyRule, VelocityLimit } from '../../../../core/contract/index.ts';
import { drivePayouts } from '../../../../core/payouts/drive.ts';
import { getPayout } from '../../../../core/payouts/repository.ts';
import type { Actor } from '../../../../core/store/command.ts';
import { anyNeeds, putInForce } from '../../../support/policy.ts';
import { scriptedProvider } from '../../../support/scripted-provider.ts';
import { forEachStore } from '../../../support/stores.ts';
import { EUR, testTreasury, USD } from '../../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

forEachStore((_name, open) => {
  const start = async (limits: readonly VelocityLimit[], rules: readonly PolicyRule[] = [anyNeeds(1)]) => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const carla = await t.addPayee('Carla');
    const dora = await t.addPayee('Dora');
    await t.fund(10_000_000n);
    await t.fund(10_000_000n, EUR);
    await putInForce(t, rules, { limits: [...limits] });
    const provider = scriptedProvider();
    return {
      writer,
      t,
      provider,
      carla,
      dora,
      approved: async (payee: typeof carla, amountMinor: bigint, overrides = {}) => {
        const { id } = await t.request(t.ada, payee, { amountMinor, ...overrides });
        await t.approve(ben, id);
        return id;
      },
      pay: () => drivePayouts({ treasury: t.treasury, actor: robot, provider }),
      status: async (id: string) => (await getPayout(writer, id)).status,
      refusals: () => writer.rows(sql`select 1 from audit_entries where outcome = 'refused'`),
    };
  };

  describe('a limit of a day', () => {
    it('lets through what fits and leaves the rest waiting, approved, until it frees', async () => {
      const s = await start([{ per: 'vault', assetId: USD, perDayMinor: '10000' }]);
      const first = await s.approved(s.carla, 6_000n);
      expect(await s.pay()).toMatchObject({ started: 1, held: 0 });
      s.t.clock.advance(HOUR_MS);
      const second = await s.approved(s.dora, 5_000n);
      const third = await s.approved(s.dora, 4_000n);
      // The second does not fit any more; the third does, and is not kept waiting behind it.
      expect(await s.pay()).toMatchObject({ started: 1, completed: 1, held: 1 });
      expect([await s.status(first), await s.status(second), await s.status(third)]).toEqual([
        'completed',
        'approved',
        'completed',
      ]);
      const freesAtMs = s.t.clock.nowMs() - HOUR_MS + DAY_MS;
      expect(await heldBack(s.writer, second, s.t.clock.nowMs())).toEqual({
        code: 'limit',
        freesAtMs,
        why: `From the whole treasury at most 100.00 USD start within 24 hours; more waits. 0.00 USD of it is left now; there is room from ${new Date(freesAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
      });
      expect(await s.refusals()).toEqual([]);
      s.t.clock.advance(freesAtMs - s.t.clock.nowMs() - 1);
      expect(await s.pay()).toMatchObject({ started: 0, held: 1 });
      s.t.clock.advance(1);
      expect(await s.pay()).toMatchObject({ started: 1, held: 0 });
      expect(await s.status(second)).toBe('completed');
    });

    it('counts what is chosen in the same round', async () => {
      const s = await start([{ per: 'vault', assetId: USD, perDayMinor: '10000' }]);
      for (let one = 0; one < 4; one += 1) await s.approved(s.carla, 3_000n);
      expect(await s.pay()).toMatchObject({ started: 3, held: 1 });
    });

    it('is of each payee, where it says so, and of its own asset', async () => {
      const s = await start([{ per: 'payee', assetId: USD, perDayMinor: '5000' }]);
      await s.approved(s.carla, 5_000n);
      await s.approved(s.dora, 5_000n);
      const more = await s.approved(s.carla, 100n);
      const euros = await s.approved(s.carla, 50_000n, { assetId: EUR });
      expect(await s.pay()).toMatchObject({ started: 3, held: 1 });
      expect(await s.status(more)).toBe('approved');
      expect(await s.status(euros)).toBe('completed');
    });

    it('does not count what never went out', async () => {
      const s = await start([{ per: 'rail', rails: ['simulated'], assetId: USD, perDayMinor: '5000' }]);
      const failing = scriptedProvider({ outcome: 'failed' });
      await s.approved(s.carla, 5_000n);
      await drivePayouts({ treasury: s.t.treasury, actor: robot, provider: failing });
      await s.approved(s.carla, 5_000n);
      expect(await s.pay()).toMatchObject({ started: 1, held: 0 });
    });

    it('says of a payout that is larger than itself that it never starts', async () => {
      const s = await start([{ per: 'vault', assetId: USD, perDayMinor: '5000' }]);
      const id = await s.approved(s.carla, 5_001n);
      expect(await s.pay()).toMatchObject({ started: 0, held: 1 });
      const held = await heldBack(s.writer, id, s.t.clock.nowMs());
      expect(held).toMatchObject({ code: 'limit', freesAtMs: null });
      expect(held?.why).toContain('can never start');
    });
  });

  describe('a test payment first', () => {
    const rule: PolicyRule = {
      ...anyNeeds(1),
      ask: { steps: [{ approvals: 1, roles: ['approver'] }], testPayment: [{ assetId: USD, upToMinor: '500' }] },
    };

    it('holds the payment back until a small one has arrived at the same address', async () => {
      const s = await start([], [rule]);
      const large = await s.approved(s.carla, 90_000n);
      expect(await s.pay()).toMatchObject({ started: 0, held: 1 });
      expect(await heldBack(s.writer, large, s.t.clock.nowMs())).toMatchObject({ code: 'test_payment' });
      const elsewhere = await s.approved(s.dora, 500n);
      expect(await s.pay()).toMatchObject({ started: 1, held: 1 });
      expect(await s.status(elsewhere)).toBe('completed');
      await s.approved(s.carla, 500n);
      // Chosen before the test has arrived: the large one follows in the next round.
      expect(await s.pay()).toMatchObject({ started: 1, held: 1 });
      expect(await s.pay()).toMatchObject({ started: 1, held: 0 });
      expect(await s.status(large)).toBe('completed');
      expect(await heldBack(s.writer, large, s.t.clock.nowMs())).toBeNull();
    });

    it('is not made by a test that failed', async () => {
      const s = await start([], [rule]);
      await s.approved(s.carla, 500n);
      await drivePayouts({ treasury: s.t.treasury, actor: robot, provider: scriptedProvider({ outcome: 'failed' }) });
      await s.approved(s.carla, 90_000n);
      expect(await s.pay()).toMatchObject({ started: 0, held: 1 });
    });
  });
});
