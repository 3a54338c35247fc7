/** Payouts that wait for a code, what it releases, and who is said to have given it. */
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { brokenInvariants } from '../../../../core/ledger/invariants.ts';
import { askAgain } from '../../../../core/payouts/batches/ask-again.ts';
import { batchDetail, batchPage } from '../../../../core/payouts/batches/views.ts';
import { freeze } from '../../../../core/payouts/freezes.ts';
import type { PayoutProvider } from '../../../../core/rails/provider.ts';
import type { Writer } from '../../../../core/store/tx.ts';
import { type BatchTreasuryOptions, batchTreasury, HOUR_MS } from '../../../support/batch-treasury.ts';
import { TRON, TRON_LATE } from '../../../support/nowpayments-world.ts';
import { anyNeeds, putInForce } from '../../../support/policy.ts';
import { forEachStore, openerOf } from '../../../support/stores.ts';

const MINUTE_MS = 60_000;
const worlds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  );

/** A record that was stored and not handled. */
async function tell(writer: Writer, key: string): Promise<void> {
  await writer.transaction((tx) =>
    tx.run(sql`insert into provider_events (provider, event_id, received_at_ms, raw, reference, key, tries)
      values ('nowpayments', 'told', 1, '{}', 'another', ${key}, 1)`),
  );
}

const weigh = (writer: Writer, outcome: string) =>
  writer.transaction((tx) =>
    tx.run(sql`update provider_events set outcome = ${outcome}, handled_at_ms = 1 where event_id = 'told'`),
  );

const toldOfRelease = async (writer: Writer) => {
  const entries = await writer.rows<{ action: string }>(
    sql`select action from audit_entries where action like 'batch.release%' order by seq`,
  );
  return entries.map(({ action }) => action);
};

forEachStore((_name, open) => {
  const begin = async (options: BatchTreasuryOptions = {}) => {
    const at = await batchTreasury(await open(), options);
    worlds.push(at.world);
    return at;
  };

  describe('payouts that wait for a code', () => {
    it('go out together, are paid once somebody gives it, and settle with their fees', async () => {
      const at = await begin();
      const payouts = [await at.approved(20_000_000n), await at.approved(30_000_000n)];
      expect(await at.drive()).toMatchObject({ started: 2 });
      const batch = await at.batch();
      expect(batch).toMatchObject({
        state: 'needs_code',
        payments: 2,
        tries: 0,
        expiresAtMs: at.clock.nowMs() + HOUR_MS,
      });
      const events = await at.writer.rows(sql`select name, subject from outbox where name like 'batch.%' order by seq`);
      expect(events).toEqual([
        { name: 'batch.prepared', subject: `batch:${batch.id}` },
        { name: 'batch.needs_code', subject: `batch:${batch.id}` },
      ]);
      expect(await batchDetail(at.writer, batch.id, at.clock.nowMs())).toMatchObject({
        totals: [{ assetId: 'now:usdttrc20', count: 2, amountMinor: '50000000' }],
        paid: [
          { payee: 'N-1', address: TRON, currency: 'usdttrc20', amountMinor: '20000000', status: 'processing' },
          { payee: 'N-2', amountMinor: '30000000' },
        ],
        triesLeft: 10,
        heldBy: null,
      });
      at.pass(30 * MINUTE_MS);
      await at.drive();
      for (const payout of payouts) expect((await at.now(payout)).status).toBe('processing');
      expect(await at.give(batch.id)).toMatchObject({ state: 'released', releasedBy: 'Bo' });
      at.pass(3_000);
      expect(await at.drive()).toMatchObject({ completed: 2 });
      expect(await at.sync()).toMatchObject({ settled: 2 });
      expect(await at.position()).toMatchObject({ fundsMinor: 1_000_000_000_000n - 51_000_000n, unsettledMinor: 0n });
      expect(at.world.account.balance('usdttrc20')).toBe(100_000_000_000_000n - 51_00000000n);
      expect(await brokenInvariants(at.writer)).toEqual([]);
    });

    it('hear of a wrong code, and of ten no more are taken', async () => {
      const at = await begin();
      const payout = await at.approved();
      await at.drive();
      const { id } = await at.batch();
      expect(await failureOf(at.give(id, '000000'))).toMatchObject({
        code: 'batch.wrong_code',
        data: { triesLeft: 9, said: 'Wrong verification code' },
      });
      for (let tries = 1; tries < 10; tries++) await failureOf(at.give(id, '000000'));
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'batch.tries_used_up' });
      expect((await at.now(payout)).status).toBe('processing');
      at.pass(HOUR_MS);
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'batch.time_over' });
      await at.drive();
      expect(await at.now(payout)).toMatchObject({ status: 'approved', attempts: 0n });
    });

    it('go back unsent when nobody comes, and wait until somebody asks for the next batch', async () => {
      const at = await begin();
      const payout = await at.approved();
      await at.drive();
      at.pass(HOUR_MS);
      await at.drive();
      expect(await at.batch()).toMatchObject({
        state: 'lapsed',
        said: 'Nobody released it in time, and the provider rejected it.',
      });
      expect((await at.now(payout)).status).toBe('approved');
      await at.sync();
      expect((await at.now(payout)).status).toBe('approved');
      at.pass(HOUR_MS);
      expect(await at.drive()).toMatchObject({ started: 0, waiting: 1 });
      expect(await batchPage(at.writer, { open: false }, { cursor: undefined, limit: 10 })).toMatchObject({
        items: [{ state: 'lapsed' }],
        needCode: 0,
        mayAsk: ['nowpayments'],
      });
      await at.t.as(at.bo.actor, (work) => askAgain(work, { rail: 'nowpayments' }));
      expect(await at.drive()).toMatchObject({ started: 1 });
      await at.give((await at.batch()).id);
      at.pass(3_000);
      await at.drive();
      await at.sync();
      expect((await at.now(payout)).status).toBe('completed');
      expect(await failureOf(at.t.as(at.bo.actor, (work) => askAgain(work, { rail: 'nowpayments' })))).toMatchObject({
        code: 'batch.nothing_lapsed',
      });
    });

    it('are asked for once: a lost answer is found, and a lost request is proven before they are asked for anew', async () => {
      const at = await begin();
      const first = await at.approved();
      at.world.faults.next('nowpayments.payout.create', { kind: 'lose_answer' });
      await at.drive();
      expect((await at.batch()).state).toBe('asking');
      await at.drive();
      expect((await at.batch()).state).toBe('needs_code');
      await at.give((await at.batch()).id);
      at.pass(3_000);
      await at.drive();
      expect((await at.now(first)).status).toBe('completed');

      const second = await at.approved();
      at.world.faults.next('nowpayments.payout.create', { kind: 'lose_request' });
      await at.drive();
      at.pass(14 * MINUTE_MS);
      await at.drive();
      expect([(await at.batch()).state, (await at.now(second)).status]).toEqual(['asking', 'processing']);
      at.pass(MINUTE_MS);
      await at.drive();
      expect((await at.batch()).state).toBe('needs_code');
      expect(at.world.account.withdrawals.map(({ externalId }) => externalId)).toEqual([
        `${first.id}-1`,
        `${second.id}-2`,
      ]);
    });

    it('are released by a code whose answer was lost, as the next look shows', async () => {
      const at = await begin();
      await at.approved();
      await at.drive();
      const { id } = await at.batch();
      at.pass(5 * MINUTE_MS);
      at.world.faults.next('nowpayments.auth.create', { kind: 'lose_request' });
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'provider.unreachable' });
      expect(await at.batch()).toMatchObject({ tries: 0, codeGivenBy: null });
      at.world.faults.next('nowpayments.auth.create', { kind: 'refuse', status: 429, retryAfterS: 120 });
      expect(await failureOf(at.give(id))).toMatchObject({
        code: 'provider.unreachable',
        data: { waitMs: 2 * MINUTE_MS, untilMs: at.clock.nowMs() + 2 * MINUTE_MS },
      });
      at.pass(2 * MINUTE_MS);
      at.world.faults.next('nowpayments.payout.verify', { kind: 'lose_answer' });
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'batch.unanswered' });
      await at.drive();
      expect(await at.batch()).toMatchObject({ state: 'needs_code', codeGivenBy: 'Bo' });
      at.pass(1_000);
      await at.drive();
      expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: 'Bo' });
    });

    it('are released by whoever gave the code whose answer was lost, though it was refused when it was given again', async () => {
      const at = await begin();
      const payout = await at.approved();
      await at.drive();
      const { id } = await at.batch();
      at.world.faults.next('nowpayments.payout.verify', { kind: 'lose_answer' });
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'batch.unanswered' });
      const { codeGivenAtMs } = await at.batch();
      at.pass(1_000);
      const again = { code: 'batch.unanswered', data: { said: 'Payout is already verified' } };
      for (const tries of [2, 3]) {
        expect(await failureOf(at.give(id))).toMatchObject(again);
        expect(await at.batch()).toMatchObject({ tries, codeGivenBy: 'Bo', codeGivenAtMs });
      }
      // It was proven when the code was given: what came since then sets nothing aside.
      await at.t.as(at.bo.actor, (work) => freeze(work, { scope: 'payee', target: payout.payeeId, reason: 'A call' }));
      await at.drive();
      expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: 'Bo' });
      expect((await at.now(payout)).status).not.toBe('quarantined');
      expect(await toldOfRelease(at.writer)).toEqual(['batch.release']);
    });

    it('are released by nobody here when each code that was given here was refused', async () => {
      const at = await begin();
      await at.approved();
      await at.drive();
      const { id, reference } = await at.batch();
      expect(await failureOf(at.give(id, '000000'))).toMatchObject({ code: 'batch.wrong_code' });
      expect(await failureOf(at.give(id, '000000'))).toMatchObject({ code: 'batch.wrong_code' });
      await at.world.verify(reference ?? '');
      at.pass(1_000);
      await at.drive();
      expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: null });
      expect(await toldOfRelease(at.writer)).toEqual(['batch.released_elsewhere']);
    });
  });

  describe('what one code would release', () => {
    it('is not released while anything of it is frozen, and may be afterwards', async () => {
      const at = await begin();
      const payout = await at.approved();
      await at.drive();
      const { id } = await at.batch();
      const { id: freezeId } = await at.t.as(at.bo.actor, (work) =>
        freeze(work, { scope: 'payee', target: payout.payeeId, reason: 'A call from their bank' }),
      );
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'payout.frozen' });
      expect((await batchDetail(at.writer, id, at.clock.nowMs())).heldBy).toMatch(/A call from their bank$/);
      expect(at.world.faults.calls).not.toContain('nowpayments.payout.verify');
      await at.writer.transaction((tx) => tx.run(sql`update freezes set lifted_at_ms = 1 where id = ${freezeId}`));
      expect(await at.give(id)).toMatchObject({ state: 'released' });
    });

    it('is not released while something that was told of it is not weighed, and may be afterwards', async () => {
      const at = await begin();
      const payout = await at.approved();
      await at.approved();
      await at.drive();
      const { id } = await at.batch();
      // Of a payment under a key of it that this vault does not remember.
      await tell(at.writer, `${payout.id}-9`);
      expect(await failureOf(at.give(id))).toMatchObject({
        code: 'payout.unweighed',
        data: { id: payout.id, because: 'waits' },
      });
      expect((await batchDetail(at.writer, id, at.clock.nowMs())).heldBy).toMatch(/has not been weighed yet\.$/);
      expect(await at.batch()).toMatchObject({ tries: 0, withheld: null, state: 'needs_code' });
      expect(at.world.faults.calls).not.toContain('nowpayments.payout.verify');
      await weigh(at.writer, 'dead');
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'payout.unweighed', data: { because: 'given_up' } });
      await weigh(at.writer, 'noted');
      expect(await at.give(id)).toMatchObject({ state: 'released' });
    });

    it('is not released by somebody who has another part in it, where the policy asks for a separate signer', async () => {
      const at = await begin();
      await putInForce(at.t, [anyNeeds(1)], { separateSigner: true });
      await at.approved();
      await at.drive();
      const { id } = await at.batch();
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'policy.separate_signer' });
      expect(at.world.faults.calls).not.toContain('nowpayments.payout.verify');
      const cy = await at.t.addPerson('Cy', ['signer']);
      expect(await at.give(id, '123456', at.t.treasury, cy)).toMatchObject({ state: 'released', releasedBy: 'Cy' });
    });

    it('is withheld when an approval in it does not verify any more, and the others go out later', async () => {
      const at = await begin();
      const [forged, fine] = [await at.approved(), await at.approved()];
      await at.drive();
      const { id } = await at.batch();
      await at.writer.transaction((tx) =>
        tx.run(sql`update approvals set signature = ${'00'.repeat(64)} where payout_id = ${forged.id}`),
      );
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'batch.withheld' });
      expect(at.world.faults.calls).not.toContain('nowpayments.payout.verify');
      expect([(await at.now(forged)).status, (await at.now(fine)).status]).toEqual(['quarantined', 'processing']);
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'batch.withheld' });
      at.pass(HOUR_MS);
      await at.drive();
      // It did not lapse because nobody was there: the next is prepared at once, without the forged one.
      expect(await at.batch()).toMatchObject({ state: 'needs_code', payments: 1 });
      expect([(await at.now(forged)).status, (await at.now(fine)).status]).toEqual(['quarantined', 'processing']);
      const attempts = await at.writer.rows(sql`select status from payout_attempts where payout_id = ${forged.id}`);
      expect(attempts).toEqual([{ status: 'unsent' }]);
    });

    it('is withheld when the records name another batch, or one that was withheld and is not said to be any more', async () => {
      const at = await begin();
      const payout = await at.approved();
      await at.drive();
      const { id } = await at.batch();
      // The very same payment, asked for by somebody else.
      const twin = await at.world.pay([
        { address: TRON, currency: 'usdttrc20', amount: 20, unique_external_id: `${payout.id}-1` },
      ]);
      await at.writer.transaction((tx) =>
        tx.run(sql`update provider_batches set reference = ${twin.body.id} where id = ${id}`),
      );
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'batch.withheld' });
      const other = await at.world.pay([{ address: TRON_LATE, currency: 'usdttrc20', amount: 9 }]);
      await at.writer.transaction((tx) =>
        tx.run(sql`update provider_batches set reference = ${other.body.id}, withheld = null where id = ${id}`),
      );
      expect(await failureOf(at.give(id))).toMatchObject({ code: 'batch.withheld' });
      expect((await at.batch()).withheld).toMatch(/another batch than was ordered: pay_\w+-1 is not in it/);
      expect(at.world.faults.calls).not.toContain('nowpayments.payout.verify');
      expect((await at.now(payout)).status).toBe('processing');
    });

    it('is withheld when the provider holds another batch than was ordered', async () => {
      const at = await begin();
      await at.approved();
      const { batches } = at.provider;
      const lying: PayoutProvider = {
        ...at.provider,
        batches: {
          ...batches,
          create: async ({ orders, beforeAsking }) =>
            batches.create({
              orders: orders.map((order) => ({ ...order, amountMinor: order.amountMinor + 1_000_000n })),
              beforeAsking,
            }),
        },
      };
      await at.drive(lying);
      const batch = await at.batch();
      expect(batch.withheld).toMatch(/another batch than was ordered: pay_\w+-1 has another amount/);
      expect(await failureOf(at.give(batch.id))).toMatchObject({ code: 'batch.withheld' });
      expect(at.world.faults.calls).not.toContain('nowpayments.payout.verify');
    });
  });
});

describe('a batch of which the program makes the code', () => {
  const open = openerOf('sqlite');
  const begin = async (options: BatchTreasuryOptions = {}) => {
    const at = await batchTreasury(await open(), options);
    worlds.push(at.world);
    return at;
  };

  it('is released by a code of the program’s own where it was given what makes them', async () => {
    const at = await begin({ codeSecret: () => Buffer.from('12345678901234567890') });
    const payout = await at.approved();
    await at.drive();
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: 'test' });
    at.pass(3_000);
    await at.drive();
    expect((await at.now(payout)).status).toBe('completed');
  });

  it('waits, and fills no log, while something holds back what the program would release by itself', async () => {
    const at = await begin({ codeSecret: () => Buffer.from('12345678901234567890') });
    const payout = await at.approved();
    await at.drive();
    await at.t.as(at.bo.actor, (work) => freeze(work, { scope: 'payee', target: payout.payeeId, reason: 'A call' }));
    const entries = async () => (await at.writer.rows(sql`select seq from audit_entries`)).length;
    const waits = async () => {
      const before = await entries();
      for (let round = 0; round < 3; round++) await at.drive();
      expect(await entries()).toBe(before);
      expect(await at.batch()).toMatchObject({ state: 'needs_code', tries: 0 });
    };
    await waits();
    await tell(at.writer, `${payout.id}-9`);
    await at.writer.transaction((tx) => tx.run(sql`update freezes set lifted_at_ms = 1`));
    await waits();
    await weigh(at.writer, 'noted');
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'released' });
  });
});
