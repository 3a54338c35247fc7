import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { prepareAct } from '../../../core/approvals/acts.ts';
import { verifyChain } from '../../../core/audit/verify.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { freeze } from '../../../core/payouts/freezes.ts';
import { cancelPayout, editPayout, quarantinePayout, retryPayout } from '../../../core/payouts/life.ts';
import { transition } from '../../../core/payouts/machine.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { requestPayout } from '../../../core/payouts/request.ts';
import { signActOfTwo } from '../../../core/payouts/resolve.ts';
import type { PayoutEvent } from '../../../core/payouts/transitions.ts';
import type { Actor } from '../../../core/store/command.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import type { WriteStore } from '../../../main/store/kysely-store.ts';
import { resolutionOf } from '../../support/acts.ts';
import { atOnce, CALLERS } from '../../support/at-once.ts';
import { anyNeeds, putInForce } from '../../support/policy.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, type TestTreasury, testTreasury, USD } from '../../support/treasury.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
const AMOUNT = 12_345n;

forEachStore((_name, open) => {
  let writer: WriteStore;

  afterEach(async () => {
    expect(await brokenInvariants(writer)).toEqual([]);
    expect(await verifyChain(writer)).toMatchObject({ valid: true });
  });

  /** A pending payout that Ada asked for; Ben and Carol may approve. */
  const pending = async () => {
    writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver', 'controller']);
    const carol = await t.addPerson('Carol', ['approver', 'controller']);
    await t.fund(1_000_000n);
    const { id } = await t.request(t.ada, await t.addPayee('Dora'), { amountMinor: AMOUNT });
    return { t, ben, carol, id, payout: () => getPayout(writer, id) };
  };
  const approved = async () => {
    const p = await pending();
    await p.t.approve(p.ben, p.id);
    return p;
  };
  const quarantined = async () => {
    const p = await approved();
    await p.t.as(p.t.ada.actor, (work) => quarantinePayout(work, { id: p.id, reason: 'a doubt' }));
    return p;
  };
  const signing = async (t: TestTreasury, who: Person, terms: Parameters<typeof prepareAct>[2]) => {
    const { statement } = await prepareAct(writer, who.staff, terms, t.clock.nowMs());
    const signature = t.sign(who, statement);
    return () => t.as(who.actor, (work) => signActOfTwo(work, { statement, signature }, new Set()));
  };

  describe('twenty at once on one payout', () => {
    it('approve it: it is approved once', async () => {
      const p = await pending();
      const { done, refused } = await atOnce(() => p.t.approve(p.ben, p.id));
      expect(done).toHaveLength(1);
      expect(Object.keys(refused).every((code) => /^(payout|approval)\./.test(code))).toBe(true);
      expect(await p.payout()).toMatchObject({ status: 'approved', cycle: 1n });
      expect(await writer.rows(sql`select 1 from approvals`)).toHaveLength(1);
    });

    it('two people give the two approvals that it needs: it is approved, and not forgotten', async () => {
      const p = await pending();
      await putInForce(p.t, [anyNeeds(2)]);
      const { done } = await atOnce((caller) => p.t.approve(caller % 2 === 0 ? p.ben : p.carol, p.id));
      expect(done).toHaveLength(2);
      expect(await p.payout()).toMatchObject({ status: 'approved', cycle: 1n });
    });

    it('cancel it: it is cancelled once, and the rest are told that somebody was first', async () => {
      const p = await approved();
      const { done, refused } = await atOnce(() =>
        p.t.as(p.t.ada.actor, (work) => cancelPayout(work, { id: p.id, reason: 'a mistake' })),
      );
      expect(done).toHaveLength(1);
      expect(refused).toEqual({ 'payout.stale': CALLERS - 1 });
      expect(await p.payout()).toMatchObject({ status: 'cancelled' });
    });

    it('edit it: one edit counts', async () => {
      const p = await pending();
      const { done, refused } = await atOnce((caller) =>
        p.t.as(p.t.ada.actor, (work) =>
          editPayout(work, { id: p.id, version: 1, amountMinor: 1_000n + BigInt(caller) }),
        ),
      );
      expect(done).toHaveLength(1);
      expect(refused).toEqual({ 'payout.stale': CALLERS - 1 });
      expect(await p.payout()).toMatchObject({ revision: 2n, amountMinor: done[0]?.amountMinor });
    });

    it('edit and approve it: nobody’s approval is for what they did not see', async () => {
      const p = await pending();
      await atOnce<unknown>((caller) =>
        caller % 2 === 0
          ? p.t.approve(p.ben, p.id)
          : p.t.as(p.t.ada.actor, (work) => editPayout(work, { id: p.id, version: 1, amountMinor: 50_000n })),
      );
      const payout = await p.payout();
      const counted = await writer.rows<{ revision: bigint }>(
        sql`select revision from approvals where voided_at_ms is null`,
      );
      if (payout.status === 'approved') expect(counted).toEqual([{ revision: payout.revision }]);
      else expect(counted.filter(({ revision }) => revision === payout.revision)).toEqual([]);
    });

    it('pay it: the provider is asked once', async () => {
      const p = await approved();
      const provider = scriptedProvider();
      await atOnce(() => drivePayouts({ treasury: p.t.treasury, actor: JOB, provider }));
      expect(provider.paid()).toHaveLength(1);
      expect(await p.payout()).toMatchObject({ status: 'completed', cycle: 1n });
      expect(await writer.rows(sql`select 1 from payout_attempts`)).toHaveLength(1);
    });

    it('pay it and bring back what was paid: it is settled once', async () => {
      const p = await approved();
      const provider = scriptedProvider();
      await atOnce<unknown>((caller) =>
        caller % 2 === 0
          ? drivePayouts({ treasury: p.t.treasury, actor: JOB, provider })
          : syncProvider(p.t.treasury, JOB, provider),
      );
      await syncProvider(p.t.treasury, JOB, provider);
      expect(provider.paid()).toHaveLength(1);
      expect((await p.payout()).settledAtMs).not.toBeNull();
      expect(await writer.rows(sql`select 1 from ledger_transactions where kind = 'settlement'`)).toHaveLength(1);
    });

    it('close its cycle, as completed, failed and never sent: one of the three is true', async () => {
      const p = await approved();
      const apply = (event: PayoutEvent) =>
        p.t.as(p.t.ada.actor, async (work) =>
          transition(work, await getPayout(work.tx, p.id), event, { reason: 'test' }),
        );
      await apply('start');
      const events = ['complete', 'fail', 'unsent'] as const;
      const { done, refused } = await atOnce((caller) => apply(events[caller % 3] ?? 'fail'));
      expect(done).toHaveLength(1);
      expect(refused).toEqual({ 'payout.stale': CALLERS - 1 });
      expect(await writer.rows(sql`select 1 from ledger_transactions where kind = 'escrow'`)).toHaveLength(1);
    });

    it('ask for a failed one again: it is tried again once', async () => {
      const p = await approved();
      await drivePayouts({ treasury: p.t.treasury, actor: JOB, provider: scriptedProvider({ outcome: 'failed' }) });
      const { done, refused } = await atOnce(() =>
        p.t.as(p.t.ada.actor, (work) => retryPayout(work, { id: p.id, reason: 'once more' })),
      );
      expect(done).toHaveLength(1);
      expect(refused).toEqual({ 'payout.stale': CALLERS - 1 });
    });

    it('sign its resolution, two people: it is resolved once', async () => {
      const p = await quarantined();
      const terms = await resolutionOf(p.t, p.id, 'cancelled');
      const sign = [await signing(p.t, p.ben, terms), await signing(p.t, p.carol, terms)];
      const { done } = await atOnce((caller) => (sign[caller % 2] as (typeof sign)[number])());
      expect(done.filter(({ complete }) => complete)).toHaveLength(1);
      expect(await p.payout()).toMatchObject({ status: 'cancelled' });
      expect(await writer.rows(sql`select 1 from acts where status = 'done' and kind = 'resolution'`)).toHaveLength(1);
    });

    it('sign two resolutions that contradict each other: the payout comes to one end', async () => {
      const p = await quarantined();
      const [one, other] = [await resolutionOf(p.t, p.id, 'cancelled'), await resolutionOf(p.t, p.id, 'approved')];
      const sign: Awaited<ReturnType<typeof signing>>[] = [];
      for (const terms of [one, other]) for (const who of [p.ben, p.carol]) sign.push(await signing(p.t, who, terms));
      const { done } = await atOnce((caller) => (sign[caller % 4] as (typeof sign)[number])());
      expect(done.filter(({ complete }) => complete)).toHaveLength(1);
      expect(['cancelled', 'approved']).toContain((await p.payout()).status);
    });
  });

  it('twenty requests with one idempotency key are one payout', async () => {
    writer = await open();
    const t = await testTreasury(writer);
    const payee = await t.addPayee('Dora');
    const { done, refused } = await atOnce(() =>
      t.as(t.ada.actor, (work) =>
        requestPayout(work, {
          reference: 'R',
          payeeId: payee.id,
          destinationId: payee.destinations[0]?.id ?? '',
          assetId: USD,
          amountMinor: AMOUNT,
          idempotencyKey: 'one key',
        }),
      ),
    );
    expect(refused).toEqual({});
    expect(new Set(done.map(({ id }) => id)).size).toBe(1);
    expect(await writer.rows(sql`select 1 from ledger_transactions where kind = 'obligation'`)).toHaveLength(1);
  });

  it('twenty requests with one idempotency key and contents of their own: one is taken, the rest are told', async () => {
    writer = await open();
    const t = await testTreasury(writer);
    const payee = await t.addPayee('Dora');
    const { done, refused } = await atOnce((caller) =>
      t.request(t.ada, payee, { amountMinor: 1_000n + BigInt(caller), idempotencyKey: 'one key' }),
    );
    expect(done).toHaveLength(1);
    expect(refused).toEqual({ 'payout.idempotency_mismatch': CALLERS - 1 });
  });

  it('twenty who freeze the vault at once make one freeze, and two of twenty signatures lift it once', async () => {
    const p = await approved();
    const stop = () => p.t.as(p.t.ada.actor, (work) => freeze(work, { scope: 'vault', target: '', reason: 'a doubt' }));
    const { done, refused } = await atOnce(stop);
    expect(done).toHaveLength(1);
    expect(refused).toEqual({ 'freeze.exists': CALLERS - 1 });

    const terms = { kind: 'unfreeze', freezeId: done[0]?.id ?? '', reason: 'looked into' } as const;
    const sign = [await signing(p.t, p.ben, terms), await signing(p.t, p.carol, terms)];
    const lifted = await atOnce((caller) => (sign[caller % 2] as (typeof sign)[number])());
    expect(lifted.done.filter(({ complete }) => complete)).toHaveLength(1);
    expect(await writer.rows(sql`select 1 from freezes where lifted_at_ms is null`)).toHaveLength(0);
  });
});
