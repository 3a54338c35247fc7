import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { heldBack } from '../../../core/approvals/gate.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { attemptKey, attemptsOf } from '../../../core/payouts/attempts.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { quarantinePayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { startAttempt } from '../../../core/payouts/start.ts';
import type { PayoutProvider, ProviderRecord } from '../../../core/rails/provider.ts';
import type { Actor } from '../../../core/store/command.ts';
import { retryEvent } from '../../../core/sync/retry.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import { type Behaviour, unreliableRail } from '../../properties/unreliable-rail.ts';
import { resolutionOf, signTerms } from '../../support/acts.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury, USD } from '../../support/treasury.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
const AMOUNT = 12_345n;
const HOUR_MS = 3_600_000;
const TWIN = { reference: 'ref-twin' };
const TWIN_TOLD = 'The provider tells of another payment under the same key.';

forEachStore((_name, open) => {
  /** An approved payout; its provider tells of what the test gives it. */
  const approved = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver', 'controller']);
    await t.fund(1_000_000n);
    const { id } = await t.request(t.ada, await t.addPayee('Carla'), { amountMinor: AMOUNT });
    await t.approve(ben, id);
    const key = attemptKey(id as never, 1n);
    const rail = unreliableRail(t.clock);
    const told: ProviderRecord[] = [];
    const provider: PayoutProvider = {
      ...rail,
      listSince: async (cursor) => {
        const from = Number(cursor ?? '0');
        return { records: told.slice(from), cursor: String(told.length), more: false };
      },
    };
    return {
      taken: rail.taken,
      id,
      t,
      quarantine: () => t.as(t.ada.actor, (work) => quarantinePayout(work, { id, reason: 'a doubt' })),
      held: () => heldBack(writer, id, t.clock.nowMs()),
      async drive(behaviour: Behaviour) {
        rail.behaveBy(() => behaviour);
        await drivePayouts({ treasury: t.treasury, actor: JOB, provider });
      },
      async told(changes: Partial<ProviderRecord> = {}) {
        told.push({
          eventId: `evt-${told.length + 1}`,
          reference: `ref-${key}`,
          key,
          status: 'completed',
          amountMinor: AMOUNT,
          assetId: USD,
          atMs: t.clock.nowMs(),
          raw: '{}',
          ...changes,
        });
        return this.sync();
      },
      sync: () => syncProvider(t.treasury, JOB, provider),
      payout: () => getPayout(writer, id),
      attempts: async () =>
        (await attemptsOf(writer, id as never)).map(({ number, status }) => [Number(number), status]),
      ben,
      audited: (action: string) =>
        writer.rows(sql`select subject, details from audit_entries where action = ${action}`),
      async resolve(to: 'completed' | 'approved' | 'failed') {
        if ((await getPayout(writer, id)).status !== 'quarantined') await this.quarantine();
        const terms = await resolutionOf(t, id, to);
        await signTerms(t, t.ada, terms);
        await signTerms(t, ben, terms);
      },
      async owedToPayee() {
        expect(await brokenInvariants(writer)).toEqual([]);
        const rows = await writer.rows<{ owed: bigint }>(sql`
          select b.balance_minor as owed from accounts a join account_balances b on b.account_id = a.id
          where a.asset_id = 'iso:USD' and a.entity like 'payee:%'`);
        return rows.reduce((sum, { owed }) => sum + owed, 0n);
      },
    };
  };

  describe('another payment under the key of one that is settled', () => {
    it('sets the payout aside, and is the payee’s loss or gain neither way when it comes back', async () => {
      const p = await approved();
      await p.drive('complete');
      expect(await p.told()).toMatchObject({ settled: 1 });
      expect(await p.told(TWIN)).toMatchObject({ settled: 0, quarantined: 1 });
      expect(await p.payout()).toMatchObject({ status: 'quarantined', failedReason: TWIN_TOLD });
      await p.resolve('completed');
      expect(await p.sync(), 'two people have decided about it').toMatchObject({ quarantined: 0 });
      const back = { ...TWIN, eventId: 'trr_1', reversal: { reference: 'trr_1' } };
      expect(await p.told(back)).toMatchObject({ settled: 0, quarantined: 1 });
      expect(await p.owedToPayee()).toBe(0n);
    });

    it('is told from the first also where people, and no answer, said that this was paid', async () => {
      const p = await approved();
      await p.drive('lose the answer');
      await p.resolve('completed');
      expect(await p.told()).toMatchObject({ settled: 1 });
      expect(await p.told(TWIN)).toMatchObject({ quarantined: 1 });
      expect(await p.payout()).toMatchObject({ failedReason: TWIN_TOLD });
    });
  });

  describe('a payment on its way that this vault does not remember asking for', () => {
    it.each(['accepted', 'unknown'] as const)('and is %s, is never asked for again', async (status) => {
      const p = await approved();
      expect(await p.told({ status })).toMatchObject({ quarantined: 1 });
      expect(await p.payout()).toMatchObject({ status: 'quarantined', statusBefore: 'approved' });
      expect(await p.attempts()).toEqual([[1, 'open']]);
      await expect(p.resolve('approved')).rejects.toMatchObject({ code: 'payout.not_unsent' });
      expect(await p.told()).toMatchObject({ settled: 0 });
      await p.resolve('completed');
      expect(await p.sync()).toMatchObject({ settled: 1, quarantined: 0 });
      await p.drive('complete');
      expect(p.taken.size).toBe(0);
    });

    it('and went out on another rail than it would now, is never asked for again', async () => {
      const p = await approved();
      const { writer } = p.t.treasury;
      // As of before it was edited to go out on the rail that tells of it.
      await writer.transaction((tx) => tx.run(sql`update payouts set rail = 'stripe'`));
      expect(await p.told()).toMatchObject({ quarantined: 1 });
      expect(await p.payout()).toMatchObject({ status: 'quarantined', statusBefore: 'approved' });
      expect(await p.attempts()).toEqual([[1, 'completed']]);
    });

    /** The number that it was given went to an attempt on another rail since, which is as far as this vault remembers. */
    const tried = async () => {
      const p = await approved();
      await p.drive('refuse for now');
      const { writer } = p.t.treasury;
      await writer.transaction((tx) => tx.run(sql`update payout_attempts set rail = 'stripe'`));
      return p;
    };

    it.each(['completed', 'accepted'] as const)(
      'and is %s under a key that went out on another rail since, sets the payout aside until people have decided',
      async (status) => {
        const p = await tried();
        expect(await p.told({ status })).toMatchObject({ stored: 1, quarantined: 1 });
        expect(await p.payout()).toMatchObject({
          status: 'quarantined',
          statusBefore: 'approved',
          failedReason: `Simulated bank says ${status} of a payment under a key that went out over Stripe.`,
        });
        expect(await p.attempts()).toEqual([[1, 'unsent']]);
        await p.resolve('approved');
        expect(await p.held(), 'it is weighed once more').toMatchObject({ code: 'unweighed' });
        expect(await p.sync()).toMatchObject({ quarantined: 0 });
        expect(await p.held()).toBeNull();
      },
    );

    it('and is told of while people look at the payout, sets it aside once more, by what they did not see', async () => {
      const p = await tried();
      await p.quarantine();
      expect(await p.told()).toMatchObject({ quarantined: 0 });
      await p.resolve('approved');
      expect(await p.sync()).toMatchObject({ quarantined: 1 });
    });

    it('and never began under such a key, is noted', async () => {
      const p = await tried();
      expect(await p.told({ status: 'failed', neverBegun: true })).toMatchObject({ stored: 1, quarantined: 0 });
      expect([(await p.payout()).status, await p.held()]).toEqual(['approved', null]);
    });

    it('and never began, does not hold up the payout', async () => {
      const p = await approved();
      expect(await p.told({ status: 'unknown', neverBegun: true })).toMatchObject({ quarantined: 0 });
      expect(await p.payout()).toMatchObject({ status: 'approved' });
    });
  });

  describe('a payment that is being made, of an attempt that was taken to be never sent', () => {
    it('sets the payout aside; one that only waits for a code does not', async () => {
      const p = await approved();
      await p.drive('refuse for now');
      expect(await p.told({ status: 'accepted' })).toMatchObject({ quarantined: 0 });
      expect(await p.told({ status: 'accepted', released: true })).toMatchObject({ quarantined: 1 });
      expect(await p.payout()).toMatchObject({ status: 'quarantined', statusBefore: 'approved' });
    });

    it('sets it aside as well where the provider had told of it before', async () => {
      const p = await approved();
      await p.drive('lose the request');
      expect(await p.told({ status: 'accepted', released: true })).toMatchObject({ quarantined: 0 });
      await p.drive('refuse for now');
      expect(await p.attempts()).toEqual([[1, 'unsent']]);
      expect(await p.sync()).toMatchObject({ quarantined: 1 });
      expect(await p.payout()).toMatchObject({ status: 'quarantined', statusBefore: 'approved' });
    });
  });

  describe('a payout of which something is told that nobody has weighed yet', () => {
    /** Its attempt was never sent; then something is told while people look at it. */
    const told = async () => {
      const p = await approved();
      await p.drive('refuse for now');
      await p.quarantine();
      await p.told({ status: 'accepted' });
      await p.resolve('approved');
      p.t.clock.advance(HOUR_MS);
      return p;
    };

    it('is not asked for again: the provider may be making it, and then it is set aside', async () => {
      const p = await approved();
      await p.drive('lose the request');
      await p.told({ status: 'accepted', released: true });
      await p.drive('refuse for now');
      p.t.clock.advance(HOUR_MS);
      await p.drive('complete');
      expect([await p.attempts(), p.taken.size]).toEqual([[[1, 'unsent']], 0]);
      expect(await p.held()).toMatchObject({
        code: 'unweighed',
        why: expect.stringMatching(/has not been weighed yet/),
      });
      const start = p.t.as(JOB, (work) => startAttempt(work, p.id));
      await expect(start).rejects.toMatchObject({ code: 'payout.unweighed', data: { because: 'waits' } });
      expect(await p.sync()).toMatchObject({ quarantined: 1 });
      expect(await p.payout()).toMatchObject({ status: 'quarantined', statusBefore: 'approved' });
    });

    it('goes on once it is weighed, and was nothing', async () => {
      const p = await told();
      await p.drive('complete');
      expect(p.taken.size).toBe(0);
      await p.sync();
      expect(await p.held()).toBeNull();
      await p.drive('complete');
      expect(await p.payout()).toMatchObject({ status: 'completed' });
      expect(p.taken.size).toBe(1);
    });

    describe('and was given up', () => {
      /** Nobody can make anything of it, however often it is tried. */
      const givenUp = async () => {
        const p = await approved();
        await p.drive('refuse for now');
        const { writer } = p.t.treasury;
        await p.told({ status: 'accepted', amountMinor: 1n });
        await p.quarantine();
        const giveUp = () =>
          writer.transaction((tx) =>
            tx.run(sql`
              update provider_events set outcome = 'dead', payout_id = null, handled_at_ms = ${BigInt(p.t.clock.nowMs())}`),
          );
        return { ...p, giveUp, records: () => writer.rows(sql`select outcome, payout_id from provider_events`) };
      };

      it('is decided about with the payout, by two people who see it there and say that it goes out', async () => {
        const p = await givenUp();
        expect(await p.held()).toBeNull();
        await p.giveUp();
        expect(await p.held()).toMatchObject({ code: 'unweighed', why: expect.stringMatching(/look at that record/) });
        p.t.clock.advance(HOUR_MS);
        await p.resolve('approved');
        expect(await p.records()).toEqual([{ outcome: 'noted', payout_id: p.id }]);
        expect(await p.audited('provider_event.decided')).toEqual([
          { subject: 'provider_event:simulated:evt-1', details: expect.stringContaining(p.id) },
        ]);
        expect(await p.held()).toBeNull();
        await p.drive('complete');
        expect(await p.payout()).toMatchObject({ status: 'completed' });
      });

      it('after the first of them had signed, holds it up all the same', async () => {
        const p = await givenUp();
        const terms = await resolutionOf(p.t, p.id, 'approved');
        await signTerms(p.t, p.t.ada, terms);
        p.t.clock.advance(1);
        await p.giveUp();
        await signTerms(p.t, p.ben, terms);
        expect(await p.payout()).toMatchObject({ status: 'approved' });
        expect(await p.held()).toMatchObject({ code: 'unweighed' });
      });

      it.each(['completed', 'failed'] as const)('is kept for what it may settle, where they say %s', async (to) => {
        const p = await givenUp();
        await p.giveUp();
        p.t.clock.advance(HOUR_MS);
        await p.resolve(to);
        expect(await p.records()).toMatchObject([{ outcome: 'dead' }]);
      });
    });

    it('waits for a person where it was given up, and goes on once it was tried again', async () => {
      const p = await told();
      const { writer } = p.t.treasury;
      await writer.transaction((tx) => tx.run(sql`update provider_events set outcome = 'dead', handled_at_ms = 1`));
      await p.sync();
      await p.drive('complete');
      expect(await p.held()).toMatchObject({ code: 'unweighed', why: expect.stringMatching(/look at that record/) });
      await p.t.as(p.t.ada.actor, (work) => retryEvent(work, { rail: 'simulated', eventId: 'evt-1' }));
      await p.sync();
      await p.drive('complete');
      expect([(await p.payout()).status, p.taken.size]).toEqual(['completed', 1]);
    });
  });
});
