import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../../core/audit/verify.ts';
import { balanceDrift, trialBalance } from '../../../core/ledger/balances.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { type ProviderBalance, ProviderUnreachable } from '../../../core/rails/provider.ts';
import type { Actor } from '../../../core/store/command.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury, USD, usdPosition } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };

forEachStore((_name, open) => {
  const walk = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const payee = await t.addPayee('Carla');
    await t.fund(1_000_000n);
    return {
      writer,
      t,
      ben,
      payee,
      provider: scriptedProvider(),
      drive: (provider = scriptedProvider()) => drivePayouts({ treasury: t.treasury, actor: robot, provider }),
    };
  };

  describe('one payout', () => {
    it('goes from request to settled, and every step is in the books and in the audit', async () => {
      const { writer, t, ben, payee, provider, drive } = await walk();
      const asked = await t.request(t.ada, payee, { amountMinor: 50_000n });
      expect(asked.status).toBe('pending');

      const approved = await t.approve(ben, asked.id);
      expect(approved).toMatchObject({ status: 'approved', cycle: 1n });
      expect(await usdPosition(writer)).toMatchObject({ heldMinor: 50_000n, fundsMinor: 1_000_000n });

      expect(await drive(provider)).toEqual({ started: 1, completed: 1, failed: 0, waiting: 0, unfunded: 0, held: 0 });
      expect(provider.paid()).toHaveLength(1);
      expect(await usdPosition(writer)).toMatchObject({ heldMinor: 0n, unsettledMinor: 50_000n });

      expect(await syncProvider(t.treasury, robot, provider)).toEqual({
        stored: 1,
        settled: 1,
        quarantined: 0,
        isWhole: true,
      });
      expect(await usdPosition(writer)).toMatchObject({
        fundsMinor: 950_000n,
        unsettledMinor: 0n,
        heldMinor: 0n,
        availableMinor: 950_000n,
      });
      const done = await getPayout(writer, asked.id);
      expect(done).toMatchObject({ status: 'completed', attempts: 0n });
      expect(done.settledAtMs).not.toBeNull();
      expect((await trialBalance(writer)).totals.every((total) => total.sumMinor === 0n)).toBe(true);
      expect(await balanceDrift(writer)).toEqual([]);
      expect(await verifyChain(writer)).toMatchObject({ valid: true, problem: null });
    });

    it('gives the amount back to the payee when the provider finally refuses', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      await drive(scriptedProvider({ outcome: 'failed' }));
      expect(await getPayout(writer, id)).toMatchObject({
        status: 'failed',
        attempts: 1n,
        failedReason: 'The account is closed.',
      });
      expect(await usdPosition(writer)).toMatchObject({ heldMinor: 0n, unsettledMinor: 0n, fundsMinor: 1_000_000n });
    });

    it('goes back to approved, without counting an attempt, when the provider provably did not take it', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      await drive(scriptedProvider({ outcome: 'refused for now' }));
      expect(await getPayout(writer, id)).toMatchObject({ status: 'approved', attempts: 0n });
      const provider = scriptedProvider();
      // It rests before it is asked for again.
      expect(await drive(provider)).toMatchObject({ started: 0 });
      t.clock.advance(15_000);
      await drive(provider);
      expect(await getPayout(writer, id)).toMatchObject({ status: 'completed' });
      expect(provider.paid().map((order) => order.key)).toEqual([`${id}-2`]);
    });

    it('is paid once when the answer is lost after the provider took it', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      const provider = scriptedProvider({ loseAnswers: 1 });
      expect(await drive(provider)).toMatchObject({ started: 1, waiting: 1 });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'processing' });
      expect(await drive(provider)).toMatchObject({ started: 0, completed: 1 });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'completed' });
      expect(provider.paid()).toHaveLength(1);
    });

    it('is asked for again under the same key when the request never arrived', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      const provider = scriptedProvider({ loseRequests: 1 });
      await drive(provider);
      await drive(provider);
      expect(await getPayout(writer, id)).toMatchObject({ status: 'completed' });
      expect(provider.paid().map((order) => order.key)).toEqual([`${id}-1`]);
    });

    it('is completed by the provider’s own record when that comes before the answer', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      const provider = scriptedProvider({ loseAnswers: 1 });
      await drive(provider);
      expect(await syncProvider(t.treasury, robot, provider)).toEqual({
        stored: 1,
        settled: 1,
        quarantined: 0,
        isWhole: true,
      });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'completed' });
      expect(await drive(provider)).toEqual({ started: 0, completed: 0, failed: 0, waiting: 0, unfunded: 0, held: 0 });
    });

    it('is quarantined by a status nobody knows, with the state before remembered', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      await drive(scriptedProvider({ outcome: 'mystery' }));
      expect(await getPayout(writer, id)).toMatchObject({ status: 'quarantined', statusBefore: 'processing' });
      expect(await usdPosition(writer)).toMatchObject({ heldMinor: 12_345n, inFlightMinor: 12_345n });
    });

    it('that is quarantined does not hold up the others in later rounds', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const strange = await t.request(t.ada, payee);
      await t.approve(ben, strange.id);
      const provider = scriptedProvider({ outcome: 'mystery' });
      await drive(provider);
      const other = await t.request(t.ada, payee);
      await t.approve(ben, other.id);
      expect(await drive(provider)).toMatchObject({ started: 1 });
      expect(await getPayout(writer, strange.id)).toMatchObject({ status: 'quarantined', statusBefore: 'processing' });
      expect(await drive(provider)).toMatchObject({ started: 0, waiting: 0 });
    });

    it('waits until there is enough at the provider, and begins nothing while that is not known', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const ids: string[] = [];
      for (const amountMinor of [600n, 500n, 300n]) {
        const { id } = await t.request(t.ada, payee, { amountMinor });
        await t.approve(ben, id);
        ids.push(id);
      }
      const provider = scriptedProvider();
      const holding = (balances: () => Promise<readonly ProviderBalance[]>) => drive({ ...provider, balances });
      const usd = (availableMinor: bigint) => async () => [{ assetId: USD, availableMinor }];

      const silent = holding(() => Promise.reject(new ProviderUnreachable('it is away')));
      expect(await silent).toMatchObject({ started: 0, unfunded: 3 });
      expect(await holding(async () => [])).toMatchObject({ started: 0, unfunded: 3 });
      // The oldest first; what is too large lets a smaller one go by.
      expect(await holding(usd(950n))).toMatchObject({ started: 2, unfunded: 1 });
      const statuses = await Promise.all(ids.map(async (id) => (await getPayout(writer, id)).status));
      expect(statuses).toEqual(['completed', 'approved', 'completed']);
      expect(await holding(usd(500n))).toMatchObject({ started: 1, unfunded: 0 });
      expect(provider.paid().map(({ amountMinor }) => amountMinor)).toEqual([600n, 300n, 500n]);
    });

    it('waits, without a refusal each round, until the treasury holds enough', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const { id } = await t.request(t.ada, payee, { amountMinor: 1_000_001n });
      await t.approve(ben, id);
      const small = await t.request(t.ada, payee, { amountMinor: 100n });
      await t.approve(ben, small.id);
      const provider = scriptedProvider();
      expect(await drive(provider)).toMatchObject({ started: 1, unfunded: 1 });
      expect(await drive(provider)).toMatchObject({ started: 0, unfunded: 1 });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'approved' });
      const refused = await writer.rows(sql`select 1 from audit_entries where outcome = 'refused'`);
      expect(refused).toEqual([]);
      await t.fund(101n);
      expect(await drive(provider)).toMatchObject({ started: 1, unfunded: 0, held: 0 });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'completed' });
    });

    it('does not start from a fenced vault', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      await writer.transaction((tx) => tx.run(sql`update vault set fenced_at_ms = 1, fence_reason = 'restored'`));
      await drive();
      expect(await getPayout(writer, id)).toMatchObject({ status: 'approved' });
    });

    it('goes back to pending when its approvals have expired', async () => {
      const { writer, t, ben, payee, drive } = await walk();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      t.clock.advance(73 * 60 * 60 * 1000);
      await drive();
      expect(await getPayout(writer, id)).toMatchObject({ status: 'pending' });
      expect(await usdPosition(writer)).toMatchObject({ heldMinor: 0n });
      await t.approve(ben, id);
      await drive();
      expect(await getPayout(writer, id)).toMatchObject({ status: 'completed', cycle: 2n });
    });

    it('is one payout however often it is asked for with one idempotency key', async () => {
      const { t, payee } = await walk();
      const first = await t.request(t.ada, payee, { idempotencyKey: 'k', reference: 'R' });
      const again = await t.request(t.ada, payee, { idempotencyKey: 'k', reference: 'R' });
      expect(again.id).toBe(first.id);
      const other = t.request(t.ada, payee, { idempotencyKey: 'k', reference: 'R', amountMinor: 99_999n });
      await expect(other).rejects.toMatchObject({ code: 'payout.idempotency_mismatch' });
    });

    it('is refused below the minimum of its asset', async () => {
      const { t, payee } = await walk();
      await expect(t.request(t.ada, payee, { amountMinor: 99n, assetId: USD })).rejects.toMatchObject({
        code: 'payout.amount',
      });
    });
  });
});
