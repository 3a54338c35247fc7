import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { attemptKey } from '../../../core/payouts/attempts.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { cancelPayout, editPayout, quarantinePayout, retryPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import type { PayoutProvider, ProviderRecord } from '../../../core/rails/provider.ts';
import type { Actor, Work } from '../../../core/store/command.ts';
import { handleTogether, openRecords, storeRecords } from '../../../core/sync/records.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import { unreliableRail } from '../../properties/unreliable-rail.ts';
import { resolutionOf, signTerms } from '../../support/acts.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, testTreasury, USD } from '../../support/treasury.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
const AMOUNT = 12_345n;
const FUNDS = 1_000_000n;

forEachStore((_name, open) => {
  /** A payout that was paid; its provider tells of what the test gives it. */
  const paid = async (behaviour: 'complete' | 'accept' = 'complete') => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver', 'controller']);
    await t.fund(FUNDS);
    const { id } = await t.request(t.ada, await t.addPayee('Carla'), { amountMinor: AMOUNT });
    await t.approve(ben, id);
    const rail = unreliableRail(t.clock);
    rail.behaveBy(() => behaviour);
    const drive = () => drivePayouts({ treasury: t.treasury, actor: JOB, provider: rail });
    await drive();
    const key = attemptKey(id as never, 1n);
    const { reference } = (await rail.lookup(key)) ?? { reference: '' };
    const told: ProviderRecord[] = [];
    const provider: PayoutProvider = {
      ...rail,
      listSince: async (cursor) => {
        const from = Number(cursor ?? '0');
        return { records: told.slice(from), cursor: String(told.length), more: false };
      },
    };
    const tell = (changes: Partial<ProviderRecord>) =>
      told.push({
        eventId: `evt-${told.length + 1}`,
        reference,
        key,
        status: 'completed',
        amountMinor: AMOUNT,
        assetId: USD,
        atMs: t.clock.nowMs(),
        raw: '{}',
        ...changes,
      });
    return {
      t,
      told,
      tell,
      payment: () => tell({}),
      cameBack: (name: string, amountMinor: bigint, changes: Partial<ProviderRecord> = {}) =>
        tell({ eventId: name, amountMinor, reversal: { reference: name }, ...changes }),
      sync: () => syncProvider(t.treasury, JOB, provider),
      payout: () => getPayout(writer, id),
      /** Two people say what became of it. */
      async resolve(to: 'completed' | 'failed') {
        const { status } = await getPayout(writer, id);
        if (status !== 'quarantined')
          await t.as(t.ada.actor, (work) => quarantinePayout(work, { id, reason: 'a doubt' }));
        const terms = await resolutionOf(t, id, to);
        await signTerms(t, t.ada, terms);
        await signTerms(t, ben, terms);
      },
      /** It is asked for again and paid; gives what the provider calls the second payment. */
      async payAgain() {
        t.clock.advance(1_000);
        await t.as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'once more' }));
        await t.approve(ben, id);
        await drive();
        const second = attemptKey(id as never, 2n);
        return { key: second, reference: (await rail.lookup(second))?.reference ?? '' };
      },
      async books(asset = USD) {
        expect(await brokenInvariants(writer)).toEqual([]);
        const rows = await writer.rows<{ entity: string; pool: string | null; balance_minor: bigint }>(sql`
          select a.entity, a.pool, b.balance_minor from accounts a join account_balances b on b.account_id = a.id
          where a.asset_id = ${asset}`);
        const of = (entity: string, pool = '') =>
          rows.find((row) => row.entity.startsWith(entity) && row.pool === pool)?.balance_minor ?? 0n;
        return {
          overpaid: of('treasury', 'receivable:overpaid'),
          payee: of('payee:'),
          clearing: of('treasury:clearing:simulated'),
          funds: -of('treasury:payout_reserve'),
          fees: -of('treasury:fees'),
        };
      },
    };
  };

  describe('a payment that came back', () => {
    it('is owed to the payee again and in the funds again, part by part, each part once', async () => {
      const p = await paid();
      p.payment();
      p.cameBack('trr_1', 2_345n);
      await p.sync();
      expect(await p.books()).toEqual({ payee: 2_345n, clearing: 0n, funds: FUNDS - 10_000n, fees: 0n, overpaid: 0n });
      p.cameBack('trr_1', 2_345n);
      // By the book and by an event: what it is called decides, and not what told of it.
      p.cameBack('trr_1', 2_345n, { eventId: 'evt_of_the_first' });
      p.cameBack('trr_2', 10_000n);
      await p.sync();
      expect(await p.books()).toEqual({ payee: AMOUNT, clearing: 0n, funds: FUNDS, fees: 0n, overpaid: 0n });
      expect(await p.payout()).toMatchObject({ status: 'completed' });
    });

    it('is not booked before its payment is, and then by itself', async () => {
      const p = await paid('accept');
      p.cameBack('trr_1', AMOUNT);
      await p.sync();
      expect(await p.books()).toMatchObject({ payee: 0n, funds: FUNDS });
      p.payment();
      await p.sync();
      await p.sync();
      expect(await p.payout()).toMatchObject({ status: 'completed' });
      expect(await p.books()).toEqual({ payee: AMOUNT, clearing: 0n, funds: FUNDS, fees: 0n, overpaid: 0n });
    });

    it('is weighed once when two looked at it as it was open, a sync and somebody who tries again', async () => {
      const p = await paid();
      p.payment();
      await p.sync();
      p.cameBack('trr_1', AMOUNT);
      const inLog = <T>(what: (work: Work) => Promise<T>) =>
        p.t.as(JOB, (work) => {
          work.audit({ action: 'test', subject: 'rail:simulated' });
          return what(work);
        });
      await inLog((work) => storeRecords(work, 'simulated', p.told.slice(-1)));
      const { writer } = p.t.treasury;
      const open = await openRecords(writer, 'simulated', { nowMs: p.t.clock.nowMs(), limit: 10 });
      expect(open.map(({ eventId }) => eventId)).toEqual(['trr_1']);
      const handle = () => inLog((work) => handleTogether(work, 'simulated', open));
      expect(await handle()).toEqual(['settled']);
      expect(await handle()).toEqual(['settled']);
      expect(await p.payout()).toMatchObject({ status: 'completed' });
      expect(await p.books()).toEqual({ payee: AMOUNT, clearing: 0n, funds: FUNDS, fees: 0n, overpaid: 0n });
    });

    it.each([
      ['more than was paid', AMOUNT + 1n, {}],
      ['another asset', 5n, { assetId: 'iso:EUR' as typeof USD }],
      ['nothing', 0n, {}],
    ])('in %s sets the payout aside, and moves nothing', async (_what, amountMinor, changes) => {
      const p = await paid();
      p.payment();
      p.cameBack('trr_1', amountMinor, changes);
      expect(await p.sync()).toMatchObject({ quarantined: 1 });
      expect(await p.payout()).toMatchObject({ status: 'quarantined', statusBefore: 'completed' });
      expect(await p.books()).toEqual({ payee: 0n, clearing: 0n, funds: FUNDS - AMOUNT, fees: 0n, overpaid: 0n });
    });
  });

  describe('a payment that came back in parts, and was resolved as failed', () => {
    it('is owed to the payee once: what had come back before is not given back again', async () => {
      const p = await paid();
      p.payment();
      p.cameBack('trr_1', 2_345n);
      await p.sync();
      await p.resolve('failed');
      expect(await p.books()).toEqual({
        payee: AMOUNT,
        clearing: -10_000n,
        funds: FUNDS - 10_000n,
        fees: 0n,
        overpaid: 0n,
      });
      p.cameBack('trr_2', 10_000n);
      expect(await p.sync()).toMatchObject({ quarantined: 0 });
      expect(await p.books()).toEqual({ payee: AMOUNT, clearing: 0n, funds: FUNDS, fees: 0n, overpaid: 0n });
    });

    it('moves nothing any more where all of it had come back', async () => {
      const p = await paid();
      p.payment();
      p.cameBack('trr_1', AMOUNT);
      await p.sync();
      await p.resolve('failed');
      expect(await p.books()).toEqual({ payee: AMOUNT, clearing: 0n, funds: FUNDS, fees: 0n, overpaid: 0n });
      await p.resolve('completed');
      expect(await p.books()).toEqual({ payee: AMOUNT, clearing: 0n, funds: FUNDS, fees: 0n, overpaid: 0n });
    });

    it('settles as it comes back, also while it is paid again, of which all can come back as well', async () => {
      const p = await paid();
      p.payment();
      await p.sync();
      await p.resolve('failed');
      const second = await p.payAgain();
      p.cameBack('trr_1', 2_345n);
      p.tell(second);
      p.cameBack('trr_2', 10_000n);
      expect(await p.sync()).toMatchObject({ quarantined: 0 });
      expect(await p.books()).toEqual({ payee: 0n, clearing: 0n, funds: FUNDS - AMOUNT, fees: 0n, overpaid: 0n });
      p.cameBack('trr_3', AMOUNT, second);
      expect(await p.sync()).toMatchObject({ quarantined: 0 });
      expect(await p.books()).toEqual({ payee: AMOUNT, clearing: 0n, funds: FUNDS, fees: 0n, overpaid: 0n });
    });

    it('and had been paid all the same, is owed by the payee, part by part less', async () => {
      const p = await paid();
      p.payment();
      p.cameBack('trr_1', 2_345n);
      await p.sync();
      await p.resolve('failed');
      await p.resolve('completed');
      const stillOut = { payee: AMOUNT, clearing: 0n, funds: FUNDS - 10_000n, fees: 0n, overpaid: -10_000n };
      expect(await p.books()).toEqual(stillOut);
      p.payment();
      expect(await p.sync()).toMatchObject({ quarantined: 0 });
      expect(await p.books()).toEqual(stillOut);
      expect(await p.payout()).toMatchObject({ status: 'completed', settledAtMs: p.t.clock.nowMs() });
      p.cameBack('trr_2', 4_000n);
      p.cameBack('trr_3', 6_000n);
      expect(await p.sync()).toMatchObject({ quarantined: 0 });
      expect(await p.books()).toEqual({ payee: AMOUNT, clearing: 0n, funds: FUNDS, fees: 0n, overpaid: 0n });
    });
  });

  describe('a payment whose payout was asked for in another asset afterwards', () => {
    const askedAnew = async (p: Awaited<ReturnType<typeof paid>>) => {
      p.payment();
      await p.sync();
      await p.resolve('failed');
      const { id } = await p.payout();
      const { version } = await p.t.as(p.t.ada.actor, (work) => retryPayout(work, { id, reason: 'once more' }));
      const edit = { id, version: Number(version), assetId: EUR, amountMinor: 700n };
      await p.t.as(p.t.ada.actor, (work) => editPayout(work, edit));
      return id;
    };

    it('comes back as what it was, and sets nothing aside', async () => {
      const p = await paid();
      await askedAnew(p);
      p.cameBack('trr_1', 2_345n);
      p.cameBack('trr_2', 10_000n);
      expect(await p.sync()).toMatchObject({ settled: 2, quarantined: 0 });
      expect(await p.books()).toEqual({ payee: 0n, clearing: 0n, funds: FUNDS, fees: 0n, overpaid: 0n });
    });

    it('and is said to have been paid all the same, is out as what it is now, and is not settled by the other', async () => {
      const p = await paid();
      const id = await askedAnew(p);
      await p.t.as(p.t.ada.actor, (work) => cancelPayout(work, { id, reason: 'a mistake' }));
      await p.resolve('completed');
      await p.sync();
      expect(await p.books(EUR)).toMatchObject({ clearing: 700n, overpaid: -700n });
      expect(await p.books()).toMatchObject({ clearing: -AMOUNT, overpaid: 0n });
      expect(await p.payout()).toMatchObject({ status: 'completed', settledAtMs: null });
    });
  });

  describe('what the provider took for itself', () => {
    it('is posted with the settlement, once, in its own asset', async () => {
      const p = await paid();
      p.tell({ fee: { reference: 'txn_1', amountMinor: 25n, assetId: USD } });
      p.tell({ fee: { reference: 'txn_1', amountMinor: 25n, assetId: USD } });
      await p.sync();
      expect(await p.books()).toEqual({
        payee: 0n,
        clearing: 0n,
        funds: FUNDS - AMOUNT - 25n,
        fees: 25n,
        overpaid: 0n,
      });
    });
  });
});
