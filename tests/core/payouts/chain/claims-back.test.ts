/** Balances that come back: with the money that was set aside, and not while payments are stopped. */
import { Operation } from '@stellar/stellar-sdk';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { balanceDrift } from '../../../../core/ledger/balances.ts';
import { getClaim } from '../../../../core/payouts/chain/claims.ts';
import { confirmSubmittedTransaction } from '../../../../core/payouts/chain/confirm.ts';
import { outbidStuck, paidBy } from '../../../../core/payouts/chain/fee-account.ts';
import { raiseFee } from '../../../../core/payouts/chain/raise-fee.ts';
import { reclaim } from '../../../../core/payouts/chain/reclaim.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import { processBatch } from '../../../../core/payouts/chain/worker.ts';
import { freeze, liftFreeze } from '../../../../core/payouts/freezes.ts';
import { quarantinePayout, retryPayout } from '../../../../core/payouts/life.ts';
import type { PayoutRecord } from '../../../../core/payouts/repository.ts';
import { resolutionOf, signTerms } from '../../../support/acts.ts';
import { claimsTreasury, RECLAIM_AFTER_S } from '../../../support/chain-claims.ts';
import { HALF_AN_HOUR_S, STROOPS, XLM } from '../../../support/chain-treasury.ts';
import { type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
import { forEachStore } from '../../../support/stores.ts';

const worlds: StellarWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const FEE = 100n;
const HOUR_MS = RECLAIM_AFTER_S * 1000;

forEachStore((_name, open) => {
  const begin = async () => {
    const world = await stellarWorld();
    worlds.push(world);
    const it = await claimsTreasury(await open(), world);
    const { t } = it;
    /** Two people say that it was not paid, and it is asked for once more. */
    const askedAgain = async ({ id }: PayoutRecord) => {
      await t.as(t.ada.actor, (work) => quarantinePayout(work, { id, reason: 'The payee is not who they say.' }));
      const terms = await resolutionOf(t, id, 'failed');
      for (const who of [t.ada, t.bo]) await signTerms(t, who, terms);
      await t.as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'They are, after all.' }));
    };
    return { ...it, world, askedAgain };
  };

  it('what comes back is what was set aside, however much the payout has become since', async () => {
    const { t, world, writer, now, claim, edit, askedAgain, send, left, look, native, onLedger } = await begin();
    const before = { books: (await native())?.fundsMinor ?? 0n, ledger: onLedger() };
    const { payout } = await left();
    const first = await claim(payout);
    await askedAgain(payout);
    await edit(payout, { amountMinor: 3n * STROOPS });
    await t.approve(t.bo, payout.id);
    expect(await send(await t.build())).toMatchObject({ state: 'confirmed' });
    expect(await claim(payout)).toMatchObject({ state: 'open', amountMinor: 3n * STROOPS });

    t.pass(HOUR_MS);
    world.act(world.treasury, [Operation.claimClaimableBalance({ balanceId: first.id })]);
    t.pass(5_000);
    expect(await look()).toEqual({ looked: 2, ended: 1 });
    expect(await getClaim(writer, first.id)).toMatchObject({ state: 'reclaimed', amountMinor: 7n * STROOPS });
    expect(await now(payout)).toMatchObject({ status: 'completed', amountMinor: 3n * STROOPS });
    // The second is out still. The fee of what took the first back was not ours to know of.
    expect(onLedger()).toBe(before.ledger - 3n * STROOPS - 3n * FEE);
    expect(await native()).toMatchObject({ fundsMinor: before.books - 3n * STROOPS - 2n * FEE, unsettledMinor: 0n });
    expect(await balanceDrift(writer)).toEqual([]);
  });

  it('what a ledger sets aside is followed, whatever the payout was made meanwhile', async () => {
    const { t, now, claim, edit, askedAgain, submit, leaving } = await begin();
    const { payout } = await leaving();
    const record = await submit(await t.build());
    await askedAgain(payout);
    await edit(payout, { amountMinor: 3n * STROOPS, method: 'payment' });
    t.pass(5_000);
    expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'confirmed' });
    expect(await now(payout)).toMatchObject({ status: 'quarantined' });
    const known = await claim(payout);
    expect(known).toMatchObject({ state: 'open', assetId: XLM, amountMinor: 7n * STROOPS });
    expect(known.reclaimableFromMs).toBe(known.createdAtMs + HOUR_MS);
  });

  it('nothing is taken back, sent or bid behind a freeze or a fence', async () => {
    const { t, world, writer, claim, left } = await begin();
    const { payout } = await left();
    t.pass(HOUR_MS);
    const fees = t.feeAccount();
    const fenced = (atMs: bigint | null) =>
      writer.transaction((tx) => tx.run(sql`update vault set fenced_at_ms = ${atMs}`));
    const behindEach = async (refused: () => Promise<unknown>) => {
      for (const [scope, target] of [
        ['vault', ''],
        ['rail', 'stellar'],
        ['asset', XLM],
        ['payee', payout.payeeId],
      ] as const) {
        const { id } = await t.as(t.ada.actor, (work) => freeze(work, { scope, target, reason: 'Wait.' }));
        await expect(refused(), scope).rejects.toMatchObject({ code: 'payout.frozen', data: { scope, target } });
        await t.as(t.ada.actor, (work) => liftFreeze(work, id));
      }
      await fenced(77n);
      await expect(refused(), 'fence').rejects.toMatchObject({ code: 'vault.fenced' });
      await fenced(null);
    };
    // What is about something else stops nothing.
    await t.as(t.ada.actor, (work) => freeze(work, { scope: 'asset', target: t.usdc, reason: 'Wait.' }));

    const back = () => reclaim(t.desk, { payoutId: payout.id, openS: HALF_AN_HOUR_S });
    await behindEach(back);
    const record = await back();
    await t.queue(record);
    await behindEach(async () => {
      expect(await processBatch(t.desk)).toMatchObject({ processed: 1, submitted: 0 });
      return submitQueuedTransaction(t.desk, record.id);
    });
    expect(await t.now(record)).toMatchObject({ state: 'signed', submissions: 0n });

    world.network.raiseFee(500n, 600_000);
    await submitQueuedTransaction(t.desk, record.id);
    t.pass(60_000);
    const unsigned = { ...paidBy(t.desk, fees), sign: async () => expect.unreachable('it was refused before') };
    await behindEach(async () => {
      expect(await outbidStuck(t.desk, fees, 25)).toEqual({ raised: 0, refused: null });
      return raiseFee(t.desk, record.id, unsigned);
    });
    expect(await writer.rows(sql`select 1 as one from chain_bumps`)).toEqual([]);
    expect(await outbidStuck(t.desk, fees, 25)).toEqual({ raised: 1, refused: null });
    t.pass(5_000);
    expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'confirmed' });
    expect(await claim(payout)).toMatchObject({ state: 'reclaimed', hash: record.hash });
  });
});
