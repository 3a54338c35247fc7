import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { lockTreasury } from '../../../core/ledger/treasury.ts';
import { retireDestination } from '../../../core/payees/destinations.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { freeze } from '../../../core/payouts/freezes.ts';
import { editPayout, quarantinePayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { createStatement } from '../../../core/statements/statements.ts';
import type { Actor, Work } from '../../../core/store/command.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import type { WriteStore } from '../../../main/store/kysely-store.ts';
import { resolutionOf, signTerms } from '../../support/acts.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, testTreasury, USD } from '../../support/treasury.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
const LONG_ENOUGH_MS = 300;
const MINUTE_MS = 60_000;

forEachStore((_name, open) => {
  let writer: WriteStore;

  afterEach(async () => {
    expect(await brokenInvariants(writer)).toEqual([]);
  });

  const approved = async () => {
    writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const payee = await t.addPayee('Dora');
    await t.fund(1_000_000n);
    const payout = await t.request(t.ada, payee);
    await t.approve(ben, payout.id);
    const provider = scriptedProvider();
    const drive = (over = provider) => drivePayouts({ treasury: t.treasury, actor: JOB, provider: over });
    return { t, ben, payee, payout, provider, drive, now: () => getPayout(writer, payout.id) };
  };

  describe('while a round looks up what was left open', () => {
    it.each(['approved', 'cancelled'] as const)(
      'a payout that two people resolve as %s is not asked for under its old attempt',
      async (to) => {
        const p = await approved();
        p.provider.faults.loseRequest();
        await p.drive();
        expect(await p.now()).toMatchObject({ status: 'processing' });

        let resolved = false;
        await p.drive({
          ...p.provider,
          lookup: async (key) => {
            const known = await p.provider.lookup(key);
            if (!resolved) {
              resolved = true;
              await p.t.as(p.ben.actor, (work) => quarantinePayout(work, { id: p.payout.id, reason: 'a call' }));
              const terms = await resolutionOf(p.t, p.payout.id, to);
              for (const who of [p.ben, p.t.ada]) await signTerms(p.t, who, terms, new Set([key]));
            }
            return known;
          },
        });
        // What was not taken rests before it is asked for again.
        p.t.clock.advance(MINUTE_MS);
        await p.drive();
        expect(resolved).toBe(true);
        expect(p.provider.paid().map(({ key }) => key)).toEqual(to === 'approved' ? [`${p.payout.id}-2`] : []);
      },
    );
  });

  describe('while a payment starts', () => {
    it.each([
      ['freezes the vault', 'freeze.set'],
      ['retires its destination', 'destination.retire'],
    ] as const)('whoever %s is told so when it has started, or it does not start', async (_what, action) => {
      const p = await approved();
      const stop = (work: Work): Promise<unknown> =>
        action === 'freeze.set'
          ? freeze(work, { scope: 'vault', target: '', reason: 'a doubt' })
          : retireDestination(work, { destinationId: p.payout.destinationId, reason: 'not theirs' });
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      // Holds the payment up after it found nothing in its way, before it is written down.
      const holding = writer.transaction(async (tx) => {
        await lockTreasury(tx, USD);
        await released;
      });
      const driving = p.drive();
      await pause(LONG_ENOUGH_MS);
      const stopping = p.t.as(p.t.ada.actor, stop);
      await pause(LONG_ENOUGH_MS);
      release();
      await Promise.all([holding, driving, stopping]);
      const order = await writer.rows<{ action: string }>(sql`
        select action from audit_entries where action in ('payout.start', ${action}) and outcome = 'done' order by seq`);
      expect(order.at(-1)).toEqual({ action });
    });
  });

  describe('resolving as approved', () => {
    it('is refused where the statement was promised to another payout meanwhile', async () => {
      const p = await approved();
      const lines = [{ description: 'Plays', amountMinor: 1_000n }];
      const month = { payeeId: p.payee.id, periodFrom: '2026-01-01', periodTo: '2026-01-31', assetId: USD, lines };
      const one = await p.t.as(p.t.ada.actor, (work) => createStatement(work, { ...month, reference: 'S-1' }));
      // Owed besides, so that the books alone would allow it.
      await p.t.as(p.t.ada.actor, (work) => createStatement(work, { ...month, reference: 'S-2' }));
      const ask = () => p.t.request(p.t.ada, p.payee, { amountMinor: 1_000n, statementId: one.id });
      const first = await ask();
      await p.t.approve(p.ben, first.id);
      const failing = scriptedProvider({ outcome: 'failed' });
      await p.drive(failing);
      await ask();
      await p.t.as(p.ben.actor, (work) => quarantinePayout(work, { id: first.id, reason: 'a doubt' }));
      const terms = await resolutionOf(p.t, first.id, 'approved');
      await signTerms(p.t, p.ben, terms);
      await expect(signTerms(p.t, p.t.ada, terms)).rejects.toMatchObject({ code: 'statement.exceeded' });
      expect(await getPayout(writer, first.id)).toMatchObject({ status: 'quarantined' });
      await syncProvider(p.t.treasury, JOB, failing);
    });

    it('is refused on NOWPayments after a failure: it may still be paid', async () => {
      const p = await approved();
      await p.drive(scriptedProvider({ outcome: 'failed' }));
      await writer.transaction((tx) => tx.run(sql`update payout_attempts set rail = 'nowpayments'`));
      await p.t.as(p.ben.actor, (work) => quarantinePayout(work, { id: p.payout.id, reason: 'a doubt' }));
      const terms = await resolutionOf(p.t, p.payout.id, 'approved');
      await expect(signTerms(p.t, p.ben, terms)).rejects.toMatchObject({ code: 'payout.not_unsent' });
    });
  });

  describe('what a rail does not move', () => {
    const overStellar = (id: string) =>
      writer.transaction((tx) => tx.run(sql`update destinations set rail = 'stellar' where id = ${id}`));

    it('is not requested over it', async () => {
      const p = await approved();
      await overStellar(p.payout.destinationId);
      await expect(p.t.request(p.t.ada, p.payee)).rejects.toMatchObject({
        code: 'input.invalid',
        data: { field: 'assetId' },
      });
    });

    it('is not edited to go over it', async () => {
      const p = await approved();
      const pending = await p.t.request(p.t.ada, p.payee);
      await writer.transaction((tx) => tx.run(sql`update payouts set rail = 'stellar' where id = ${pending.id}`));
      const edit = p.t.as(p.t.ada.actor, (work) => editPayout(work, { id: pending.id, version: 1, assetId: EUR }));
      await expect(edit).rejects.toMatchObject({ code: 'input.invalid', data: { field: 'assetId' } });
    });
  });
});
