/** Balances that come back: with the money that was set aside. */
import { Operation } from '@stellar/stellar-sdk';
import { afterEach, expect, it } from 'vitest';
import { balanceDrift } from '../../../../core/ledger/balances.ts';
import { getClaim } from '../../../../core/payouts/chain/claims.ts';
import { confirmSubmittedTransaction } from '../../../../core/payouts/chain/confirm.ts';
import { quarantinePayout, retryPayout } from '../../../../core/payouts/life.ts';
import type { PayoutRecord } from '../../../../core/payouts/repository.ts';
import { resolutionOf, signTerms } from '../../../support/acts.ts';
import { claimsTreasury, RECLAIM_AFTER_S } from '../../../support/chain-claims.ts';
import { STROOPS, XLM } from '../../../support/chain-treasury.ts';
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
});
