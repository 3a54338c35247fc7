import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../../core/audit/verify.ts';
import { balanceDrift } from '../../../core/ledger/balances.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { fenceStatus, recordComparison } from '../../../core/payouts/fence.ts';
import { freeze, freezesInForce } from '../../../core/payouts/freezes.ts';
import { cancelPayout, editPayout, quarantinePayout, rejectPayout, retryPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import type { Actor } from '../../../core/store/command.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import { resolutionOf, signTerms } from '../../support/acts.ts';
import { anyNeeds, putInForce } from '../../support/policy.ts';
import { type ScriptedProvider, scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury, usdPosition } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const payee = await t.addPayee('Carla');
    await t.fund(1_000_000n);
    const payout = await t.request(t.ada, payee);
    const drive = (provider: ScriptedProvider) => drivePayouts({ treasury: t.treasury, actor: robot, provider });
    const sync = (provider: ScriptedProvider) => syncProvider(t.treasury, robot, provider);
    const now = () => getPayout(writer, payout.id);
    return { writer, t, ben, payee, payout, drive, sync, now };
  };

  const owed = async (writer: Parameters<typeof getPayout>[0], payeeId: string) => {
    const [row] = await writer.rows<{ balance_minor: bigint }>(sql`
      select b.balance_minor from accounts a join account_balances b on b.account_id = a.id where a.entity = ${`payee:${payeeId}`}`);
    return row?.balance_minor ?? 0n;
  };

  describe('editing', () => {
    it('raises the revision, voids what was approved, and changes what is owed', async () => {
      const { writer, t, ben, payee, payout, now } = await start();
      await putInForce(t, [anyNeeds(2)]);
      await t.approve(ben, payout.id);
      const { version } = await now();
      const edited = await t.as(t.ada.actor, (work) =>
        editPayout(work, { id: payout.id, version: Number(version), amountMinor: 20_000n }),
      );
      expect(edited).toMatchObject({ revision: 2n, amountMinor: 20_000n, status: 'pending' });
      expect(await owed(writer, payee.id)).toBe(20_000n);
      const [approval] = await writer.db.selectFrom('approvals').selectAll().execute();
      expect(approval?.void_reason).toBe('edited');
      // The same person approves the new revision; the old approval does not count.
      expect(await t.approve(ben, payout.id)).toMatchObject({ status: 'pending' });
      expect(await balanceDrift(writer)).toEqual([]);
    });

    it('is refused on a version somebody else has changed, and once it is approved', async () => {
      const { t, ben, payout } = await start();
      const edit = (version: number) =>
        t.as(t.ada.actor, (work) => editPayout(work, { id: payout.id, version, reference: 'new' }));
      await edit(1);
      await expect(edit(1)).rejects.toMatchObject({ code: 'payout.stale' });
      await expect(edit(2)).rejects.toMatchObject({ code: 'payout.nothing_changed' });
      await t.approve(ben, payout.id);
      await expect(edit(3)).rejects.toMatchObject({ code: 'payout.stale', data: { status: 'approved' } });
    });
  });

  describe('cancelling and rejecting', () => {
    it('gives back what was held', async () => {
      const { writer, t, ben, payee, payout } = await start();
      await t.approve(ben, payout.id);
      expect(await owed(writer, payee.id)).toBe(0n);
      await t.as(t.ada.actor, (work) => cancelPayout(work, { id: payout.id, reason: 'wrong month' }));
      expect(await owed(writer, payee.id)).toBe(12_345n);
      expect((await usdPosition(writer)).heldMinor).toBe(0n);
    });

    it('is refused once the attempt is written down', async () => {
      const { t, ben, payout, drive } = await start();
      await t.approve(ben, payout.id);
      await drive(scriptedProvider({ loseAnswers: 1 }));
      const late = t.as(ben.actor, (work) => rejectPayout(work, { id: payout.id, reason: 'no' }));
      await expect(late).rejects.toMatchObject({ code: 'payout.stale', data: { status: 'processing' } });
    });
  });

  describe('retrying', () => {
    it('needs the approvals anew and pays under a new key', async () => {
      const { t, ben, payout, drive, now } = await start();
      await t.approve(ben, payout.id);
      await drive(scriptedProvider({ outcome: 'failed' }));
      await t.as(t.ada.actor, (work) => retryPayout(work, { id: payout.id, reason: 'account reopened' }));
      expect(await now()).toMatchObject({ status: 'pending', attempts: 1n, failedReason: null });
      const provider = scriptedProvider();
      await drive(provider);
      expect(provider.paid()).toEqual([]);
      await t.approve(ben, payout.id);
      await drive(provider);
      expect(await now()).toMatchObject({ status: 'completed', cycle: 2n });
      expect(provider.paid().map((order) => order.key)).toEqual([`${payout.id}-2`]);
    });

    it('ends after five outcomes', async () => {
      const { t, ben, payout, drive, now } = await start();
      for (let outcome = 1; outcome <= 5; outcome++) {
        await t.approve(ben, payout.id);
        await drive(scriptedProvider({ outcome: 'failed' }));
        const again = t.as(t.ada.actor, (work) => retryPayout(work, { id: payout.id, reason: 'again' }));
        if (outcome < 5) await again;
        else await expect(again).rejects.toMatchObject({ code: 'payout.attempts_used_up' });
      }
      expect(await now()).toMatchObject({ status: 'failed', attempts: 5n });
    });

    it('is left to a person where a failure is no proof', async () => {
      const { writer, t, ben, payout, drive } = await start();
      await t.approve(ben, payout.id);
      await drive(scriptedProvider({ outcome: 'failed' }));
      await writer.transaction((tx) => tx.run(sql`update payouts set rail = 'nowpayments'`));
      const byJob = t.as(robot, (work) => retryPayout(work, { id: payout.id, reason: 'automatic' }));
      await expect(byJob).rejects.toMatchObject({ code: 'payout.needs_clearance' });
    });
  });

  describe('due dates', () => {
    it('hold back the start and nothing else', async () => {
      const { t, ben, payee, drive, writer } = await start();
      const due = await t.request(t.ada, payee, { dueAtMs: t.clock.nowMs() + 1_000 });
      await t.approve(ben, due.id);
      await drive(scriptedProvider());
      expect(await getPayout(writer, due.id)).toMatchObject({ status: 'approved' });
      t.clock.advance(1_000);
      await drive(scriptedProvider());
      expect(await getPayout(writer, due.id)).toMatchObject({ status: 'completed' });
    });
  });

  describe('funding from what is owed', () => {
    it('makes no new debt, and cannot hold more than is owed', async () => {
      const { writer, t, ben, payee, payout } = await start();
      await t.as(t.ada.actor, (work) => cancelPayout(work, { id: payout.id, reason: 'pay it in parts' }));
      const part = await t.request(t.ada, payee, { amountMinor: 12_000n, funding: 'balance' });
      await t.approve(ben, part.id);
      expect(await owed(writer, payee.id)).toBe(345n);
      const tooMuch = await t.request(t.ada, payee, { amountMinor: 346n, funding: 'balance' });
      await expect(t.approve(ben, tooMuch.id)).rejects.toMatchObject({
        code: 'ledger.limit',
        data: { shortMinor: '1' },
      });
    });
  });

  describe('freezes', () => {
    it.each([
      ['vault', () => ''],
      ['rail', () => 'simulated'],
      ['asset', () => 'iso:USD'],
      ['payee', (payeeId: string) => payeeId],
    ] as const)('of the %s stop what would start, until two people lift them', async (scope, targetOf) => {
      const { writer, t, ben, payee, payout, drive, now } = await start();
      await t.approve(ben, payout.id);
      const target = targetOf(payee.id);
      const set = await t.as(ben.actor, (work) => freeze(work, { scope, target, reason: 'odd mail' }));
      const provider = scriptedProvider();
      await drive(provider);
      expect(await now()).toMatchObject({ status: 'approved' });

      const again = t.as(ben.actor, (work) => freeze(work, { scope, target, reason: 'odd mail' }));
      await expect(again).rejects.toMatchObject({ code: 'freeze.exists' });
      const terms = { kind: 'unfreeze', freezeId: set.id, reason: 'it was a drill' } as const;
      expect(await signTerms(t, ben, terms)).toMatchObject({ signatures: 1, complete: false });
      await expect(signTerms(t, ben, terms)).rejects.toMatchObject({ code: 'act.already_signed' });
      await drive(provider);
      expect(provider.paid()).toEqual([]);
      expect(await signTerms(t, t.ada, terms)).toMatchObject({ signatures: 2, complete: true });
      expect(await freezesInForce(writer)).toEqual([]);
      await drive(provider);
      expect(await now()).toMatchObject({ status: 'completed' });
    });

    it('do not stop sync from settling what was paid', async () => {
      const { t, ben, payout, drive, sync, now } = await start();
      await t.approve(ben, payout.id);
      const provider = scriptedProvider();
      await drive(provider);
      await t.as(ben.actor, (work) => freeze(work, { scope: 'vault', target: '', reason: 'drill' }));
      expect(await sync(provider)).toMatchObject({ settled: 1 });
      expect((await now()).settledAtMs).not.toBeNull();
    });

    it('are refused for what is not there', async () => {
      const { t, ben } = await start();
      const nothing = t.as(ben.actor, (work) => freeze(work, { scope: 'payee', target: 'pye_nobody', reason: 'x' }));
      await expect(nothing).rejects.toMatchObject({ code: 'freeze.target' });
    });
  });

  describe('an attempt whose request never arrived', () => {
    it.each(['fence', 'freeze'] as const)('is looked up but not asked for again behind a %s', async (stop) => {
      const { writer, t, ben, payout, drive, now } = await start();
      await t.approve(ben, payout.id);
      const provider = scriptedProvider({ loseRequests: 1 });
      await drive(provider);
      expect(await now()).toMatchObject({ status: 'processing' });
      if (stop === 'fence') {
        await writer.transaction((tx) => tx.run(sql`update vault set fenced_at_ms = 77, fence_reason = 'restored'`));
      } else {
        await t.as(ben.actor, (work) => freeze(work, { scope: 'asset', target: 'iso:USD', reason: 'odd mail' }));
      }
      expect(await drive(provider)).toMatchObject({ started: 0, waiting: 1 });
      expect(provider.paid()).toEqual([]);
      expect(await now()).toMatchObject({ status: 'processing' });
    });
  });

  describe('resolving a quarantine', () => {
    it('takes two people over the same terms, and settles what waited', async () => {
      const { t, ben, payout, drive, sync, now } = await start();
      await t.approve(ben, payout.id);
      const provider = scriptedProvider({ loseAnswers: 1 });
      await drive(provider);
      await t.as(ben.actor, (work) => quarantinePayout(work, { id: payout.id, reason: 'strange call' }));
      expect(await sync(provider)).toMatchObject({ stored: 1, settled: 0 });

      const terms = await resolutionOf(t, payout.id, 'completed');
      await signTerms(t, ben, terms);
      expect(await now()).toMatchObject({ status: 'quarantined' });
      const other = { ...terms, reason: 'another reason' };
      expect(await signTerms(t, t.ada, other)).toMatchObject({ complete: false });
      await signTerms(t, t.ada, terms);
      expect(await now()).toMatchObject({ status: 'completed' });
      expect(await sync(provider)).toMatchObject({ settled: 1 });
    });

    it('is refused as approved or cancelled while an attempt may have been sent', async () => {
      const { t, ben, payout, drive, now } = await start();
      await t.approve(ben, payout.id);
      await drive(scriptedProvider({ loseAnswers: 1 }));
      await t.as(ben.actor, (work) => quarantinePayout(work, { id: payout.id, reason: 'lost' }));
      const terms = await resolutionOf(t, payout.id, 'cancelled');
      await expect(signTerms(t, ben, terms)).rejects.toMatchObject({ code: 'payout.not_unsent' });
      const proven = new Set([`${payout.id}-1`]);
      await signTerms(t, ben, terms, proven);
      await signTerms(t, t.ada, terms, proven);
      expect(await now()).toMatchObject({ status: 'cancelled' });
    });

    it('is refused when something has happened since the first signature', async () => {
      const { t, ben, payout } = await start();
      await t.as(ben.actor, (work) => quarantinePayout(work, { id: payout.id, reason: 'odd' }));
      const terms = await resolutionOf(t, payout.id, 'cancelled');
      const stale = { ...terms, payoutVersion: terms.payoutVersion - 1 };
      await expect(signTerms(t, ben, stale)).rejects.toMatchObject({ code: 'act.stale' });
    });

    it('is refused with a signature by another key', async () => {
      const { t, ben, payout } = await start();
      await t.as(ben.actor, (work) => quarantinePayout(work, { id: payout.id, reason: 'odd' }));
      const terms = await resolutionOf(t, payout.id, 'cancelled');
      const impostor = { ...ben, privateKey: t.ada.privateKey };
      await expect(signTerms(t, impostor, terms)).rejects.toMatchObject({ code: 'act.invalid' });
    });
  });

  describe('evidence', () => {
    it('about an earlier attempt quarantines whatever state the payout is in now', async () => {
      const { t, ben, payout, drive, sync, now } = await start();
      await t.approve(ben, payout.id);
      await drive(scriptedProvider({ outcome: 'failed' }));
      await t.as(t.ada.actor, (work) => retryPayout(work, { id: payout.id, reason: 'again' }));
      // The provider paid the first attempt after all.
      const late = scriptedProvider();
      await late.createPayout({
        key: `${payout.id}-1`,
        payoutId: payout.id,
        address: 'sim:carla',
        memo: null,
        extraId: null,
        currency: null,
        assetId: payout.assetId,
        amountMinor: payout.amountMinor,
      });
      expect(await sync(late)).toMatchObject({ quarantined: 1 });
      expect(await now()).toMatchObject({ status: 'quarantined', statusBefore: 'pending' });
    });

    it('of another amount quarantines a completed payout', async () => {
      const { t, ben, payout, drive, sync, now } = await start();
      await t.approve(ben, payout.id);
      const provider = scriptedProvider();
      await drive(provider);
      const lying: ScriptedProvider = {
        ...provider,
        listSince: async (cursor) => {
          const listed = await provider.listSince(cursor);
          return {
            ...listed,
            records: listed.records.map((record) => ({ ...record, amountMinor: record.amountMinor + 1n })),
          };
        },
      };
      expect(await sync(lying)).toMatchObject({ quarantined: 1, settled: 0 });
      expect(await now()).toMatchObject({ status: 'quarantined', statusBefore: 'completed' });
    });

    it('that comes twice is stored once and settles once', async () => {
      const { t, ben, payout, drive, sync } = await start();
      await t.approve(ben, payout.id);
      const provider = scriptedProvider();
      await drive(provider);
      const repeating: ScriptedProvider = { ...provider, listSince: () => provider.listSince(null) };
      expect(await sync(repeating)).toMatchObject({ stored: 1, settled: 1 });
      expect(await sync(repeating)).toMatchObject({ stored: 0, settled: 0 });
    });
  });

  describe('a fence', () => {
    it('is lifted by two people, after history was compared, and not before', async () => {
      const { writer, t, ben, payout, drive, now } = await start();
      await t.approve(ben, payout.id);
      await writer.transaction((tx) => tx.run(sql`update vault set fenced_at_ms = 77, fence_reason = 'restored'`));
      await drive(scriptedProvider());
      expect(await now()).toMatchObject({ status: 'approved' });

      const early = { kind: 'lift_fence', fencedAtMs: 77, comparedAtMs: 1, reason: 'x' } as const;
      await signTerms(t, ben, early);
      await expect(signTerms(t, t.ada, early)).rejects.toMatchObject({ code: 'fence.not_compared' });

      await t.as(t.ada.actor, (work) => recordComparison(work, { records: 0, quarantined: 0 }));
      const { comparedAtMs } = await fenceStatus(writer);
      // Due when the vault was copied, and told by the other one long ago.
      await writer.transaction((tx) =>
        tx.run(sql`
          insert into remittances (payout_id, payee_id, completed_at_ms, due_at_ms)
          values (${payout.id}, ${payout.payeeId}, 5, 6)`),
      );
      const terms = {
        kind: 'lift_fence',
        fencedAtMs: 77,
        comparedAtMs: comparedAtMs ?? 0,
        reason: 'compared',
      } as const;
      await signTerms(t, ben, terms);
      await signTerms(t, t.ada, terms);
      const told = await writer.rows(sql`select dropped from remittances`);
      expect(told).toEqual([{ dropped: 'The vault was fenced. restored' }]);
      await drive(scriptedProvider());
      expect(await now()).toMatchObject({ status: 'completed' });
      expect(await verifyChain(writer)).toMatchObject({ valid: true });
    });
  });
});
