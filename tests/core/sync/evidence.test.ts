import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { assetId } from '../../../core/money/assets.ts';
import { attemptKey } from '../../../core/payouts/attempts.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { editPayout, quarantinePayout, retryPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import type { PayoutProvider } from '../../../core/rails/provider.ts';
import type { Actor } from '../../../core/store/command.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import { type Behaviour, unreliableRail } from '../../properties/unreliable-rail.ts';
import { resolutionOf, signTerms } from '../../support/acts.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury } from '../../support/treasury.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
const AMOUNT = 12_345n;

forEachStore((_name, open) => {
  /** One payout, asked for by Ada and approved by Ben. */
  const approved = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver', 'controller']);
    await t.fund(1_000_000n);
    const { id } = await t.request(t.ada, await t.addPayee('Carla'), { amountMinor: AMOUNT });
    await t.approve(ben, id);
    const rail = unreliableRail(t.clock);
    const as = t.as;
    return {
      t,
      id,
      rail,
      payout: () => getPayout(writer, id),
      async drive(behaviour: Behaviour, provider: PayoutProvider = rail) {
        rail.behaveBy(() => behaviour);
        return drivePayouts({ treasury: t.treasury, actor: JOB, provider });
      },
      sync: () => syncProvider(t.treasury, JOB, rail),
      report: (attempt: bigint, status: 'completed' | 'failed') =>
        rail.report(attemptKey(id as never, attempt), status),
      async resolve(to: 'completed' | 'failed') {
        const terms = await resolutionOf(t, id, to);
        await signTerms(t, t.ada, terms);
        await signTerms(t, ben, terms);
      },
      async tryAgain(behaviour: Behaviour) {
        t.clock.advance(1_000);
        await as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'once more' }));
        await t.approve(ben, id);
        await this.drive(behaviour);
      },
      async quarantine() {
        await as(t.ada.actor, (work) => quarantinePayout(work, { id, reason: 'a doubt' }));
      },
      async books() {
        const rows = await writer.rows<{ entity: string; pool: string; balance_minor: bigint }>(sql`
          select a.entity, a.pool, b.balance_minor from accounts a join account_balances b on b.account_id = a.id
          where a.asset_id = 'iso:USD'`);
        expect(await brokenInvariants(writer)).toEqual([]);
        const of = (entity: string, pool = '') =>
          rows.find((row) => row.entity.startsWith(entity) && row.pool === pool)?.balance_minor;
        return {
          payee: of('payee:'),
          clearing: of('treasury:clearing:simulated'),
          funds: -(of('treasury:payout_reserve') ?? 0n),
          overpaid: of('treasury', 'receivable:overpaid'),
        };
      },
    };
  };

  describe('evidence that quarantined a payout', () => {
    it('settles it once two people have resolved it as completed', async () => {
      const p = await approved();
      await p.drive('fail');
      await p.sync();
      p.report(1n, 'completed');
      await p.sync();
      expect(await p.payout()).toMatchObject({ status: 'quarantined', statusBefore: 'failed' });
      await p.resolve('completed');
      expect(await p.sync()).toMatchObject({ settled: 1, quarantined: 0 });
      expect(await p.payout()).toMatchObject({ status: 'completed', settledAtMs: p.t.clock.nowMs() });
      expect(await p.books()).toMatchObject({ clearing: 0n, funds: 1_000_000n - AMOUNT, overpaid: -AMOUNT });
    });

    it.each([
      ['that was taken to have failed', 'fail', { settled: 0, quarantined: 1 }],
      // Whose record was matched long ago, and says nothing new.
      ['that came back', 'complete', { settled: 0, quarantined: 0 }],
    ] as const)(
      'of a payment %s does not settle it once it goes to another address',
      async (_of, behaviour, weighed) => {
        const p = await approved();
        await p.drive(behaviour);
        await p.sync();
        if (behaviour === 'complete') {
          await p.quarantine();
          await p.resolve('failed');
        }
        p.t.clock.advance(1_000);
        await p.t.as(p.t.ada.actor, (work) => retryPayout(work, { id: p.id, reason: 'once more' }));
        const { address } = (await p.payout()).destination;
        // As an edit to another destination of the payee leaves it.
        await p.t.treasury.writer.transaction((tx) =>
          tx.run(sql`update payouts set destination = replace(destination, ${address}, 'acct_elsewhere')`),
        );
        expect((await p.payout()).destination.address).toBe('acct_elsewhere');
        await p.quarantine();
        await p.resolve('completed');
        if (behaviour === 'fail') p.report(1n, 'completed');
        expect(await p.sync()).toMatchObject(weighed);
        expect(await p.payout()).toMatchObject({ settledAtMs: null });
      },
    );

    it('does not quarantine it again when two people have resolved it otherwise', async () => {
      const p = await approved();
      await p.drive('fail');
      p.report(1n, 'completed');
      await p.sync();
      await p.resolve('failed');
      expect(await p.sync()).toMatchObject({ settled: 0, quarantined: 0 });
      expect(await p.payout()).toMatchObject({ status: 'failed' });
    });

    it('of an unknown status says nothing new after the resolution of the same', async () => {
      const p = await approved();
      await p.drive('mystery');
      await p.sync();
      expect(await p.payout()).toMatchObject({ status: 'quarantined' });
      await p.resolve('completed');
      expect(await p.sync()).toMatchObject({ quarantined: 0 });
      expect(await p.payout()).toMatchObject({ status: 'completed' });
    });
  });

  describe('a payment that came back', () => {
    it('after it had been paid on top of a return, is owed to nobody twice', async () => {
      const p = await approved();
      await p.drive('fail');
      p.report(1n, 'completed');
      await p.sync();
      await p.resolve('completed');
      p.report(1n, 'failed');
      await p.sync();
      await p.resolve('failed');
      expect(await p.books()).toMatchObject({ payee: AMOUNT, overpaid: 0n });
    });

    it('is not settled any more, and is settled anew when it is paid again', async () => {
      const p = await approved();
      await p.drive('complete');
      await p.sync();
      p.report(1n, 'failed');
      await p.sync();
      await p.resolve('failed');
      expect(await p.payout()).toMatchObject({ status: 'failed', settledAtMs: null });
      await p.sync();
      await p.tryAgain('complete');
      expect(await p.payout()).toMatchObject({ status: 'completed', settledAtMs: null });
      expect(await p.sync()).toMatchObject({ settled: 1, quarantined: 0 });
      // Twice out, once back: what came back is not in the provider's list of settlements.
      expect(await p.books()).toMatchObject({ payee: 0n, funds: 1_000_000n - 2n * AMOUNT, clearing: -AMOUNT });
    });
  });

  it('a payout that was paid by two attempts is quarantined, not settled', async () => {
    const p = await approved();
    await p.drive('complete');
    await p.quarantine();
    await p.resolve('failed');
    await p.tryAgain('complete');
    expect([...p.rail.taken.values()].map(({ paid }) => paid)).toEqual([1, 1]);
    expect(await p.sync()).toMatchObject({ quarantined: 1 });
    expect(await p.payout()).toMatchObject({ status: 'quarantined', statusBefore: 'completed' });
  });

  it('of an attempt that has failed is no contradiction once the payout is asked for in another amount', async () => {
    const p = await approved();
    await p.drive('fail');
    const { version } = await p.t.as(p.t.ada.actor, (work) => retryPayout(work, { id: p.id, reason: 'once more' }));
    await p.t.as(p.t.ada.actor, (work) => editPayout(work, { id: p.id, version: Number(version), amountMinor: 500n }));
    expect(await p.sync()).toMatchObject({ stored: 1, quarantined: 0 });
    expect(await p.payout()).toMatchObject({ status: 'pending', amountMinor: 500n });
  });

  it('an answer that comes after sync has brought the outcome is noted, and the round goes on', async () => {
    const p = await approved();
    const inBetween: PayoutProvider = {
      ...p.rail,
      async createPayout(order) {
        const answer = await p.rail.createPayout(order);
        await p.sync();
        return answer;
      },
    };
    expect(await p.drive('complete', inBetween)).toMatchObject({ started: 1, completed: 1 });
    expect(await p.payout()).toMatchObject({ status: 'completed', settledAtMs: p.t.clock.nowMs() });
    const rows = await p.t.treasury.writer.rows(sql`select 1 from audit_entries where action = 'payout.late_answer'`);
    expect(rows).toHaveLength(1);
  });

  it('an answer about a payout that people have set aside meanwhile is noted, and weighed when sync brings it', async () => {
    const p = await approved();
    const inBetween: PayoutProvider = {
      ...p.rail,
      async createPayout(order) {
        await p.quarantine();
        return p.rail.createPayout(order);
      },
    };
    expect(await p.drive('complete', inBetween)).toMatchObject({ started: 1, waiting: 1 });
    await p.sync();
    expect(await p.payout()).toMatchObject({ status: 'quarantined', statusBefore: 'processing' });
    await p.resolve('completed');
    expect(await p.sync()).toMatchObject({ settled: 1 });
  });

  it('a payout is not edited into an asset that the treasury does not know', async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const { id, version } = await t.request(t.ada, await t.addPayee('Carla'));
    const edit = { id, version: Number(version), assetId: assetId('iso:XXX') };
    await expect(t.as(t.ada.actor, (work) => editPayout(work, edit))).rejects.toMatchObject({ code: 'asset.unknown' });
  });
});
