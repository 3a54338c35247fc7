/** The account that pays for higher bids: what it may, what it is charged, and what it never does. */
import { Keypair, Operation } from '@stellar/stellar-sdk';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { treasuryPosition } from '../../../../core/ledger/balances.ts';
import { bumpsOf } from '../../../../core/payouts/chain/bumps.ts';
import { confirmSubmittedTransaction } from '../../../../core/payouts/chain/confirm.ts';
import { feeAccountSpent, outbidStuck, paidBy } from '../../../../core/payouts/chain/fee-account.ts';
import { raiseFee } from '../../../../core/payouts/chain/raise-fee.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import { freeze } from '../../../../core/payouts/freezes.ts';
import { hotSigner } from '../../../../main/rails/stellar/hot-key.ts';
import { type ChainTreasury, chainTreasury, STROOPS, XLM } from '../../../support/chain-treasury.ts';
import { networkPassphrase, type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
import { forEachStore } from '../../../support/stores.ts';

const worlds: StellarWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

forEachStore((_name, open) => {
  const begin = async () => {
    const world = await stellarWorld();
    worlds.push(world);
    return chainTreasury(await open(), world);
  };
  /** One payment, submitted with a bid that is too low now. */
  const stuck = async (t: ChainTreasury) => {
    const payout = await t.approved(t.world.account('ana').publicKey());
    const record = await t.build();
    await t.queue(record);
    t.world.network.raiseFee(500n, 600_000);
    await submitQueuedTransaction(t.desk, record.id);
    t.pass(5_000);
    return { payout, record };
  };

  it('outbids what waits too long by itself, and is charged in place of the account that pays payees', async () => {
    const t = await begin();
    const fees = t.feeAccount();
    const { payout, record } = await stuck(t);
    expect(await outbidStuck(t.desk, fees, 25)).toEqual({ raised: 0, refused: null });
    t.pass(60_000);
    expect(await outbidStuck(t.desk, fees, 25)).toEqual({ raised: 1, refused: null });
    expect(await feeAccountSpent(t.treasury.writer, fees.address, t.clock.nowMs())).toBe(2_000n);
    t.pass(5_000);
    const confirmed = await confirmSubmittedTransaction(t.desk, record.id);
    expect(confirmed).toMatchObject({ state: 'confirmed', feeSource: fees.address, feeChargedMinor: 1_000n });
    expect(await t.statusOf(payout)).toBe('completed');
    expect(await feeAccountSpent(t.treasury.writer, fees.address, t.clock.nowMs())).toBe(1_000n);
    // The treasury paid its payee, and no fee.
    const positions = await treasuryPosition(t.treasury.writer);
    expect(positions.find(({ assetId }) => assetId === XLM)?.fundsMinor).toBe(99_995n * STROOPS);
    t.pass(24 * 3_600_000);
    expect(await feeAccountSpent(t.treasury.writer, fees.address, t.clock.nowMs())).toBe(0n);
  });

  it('pays no more than its cap within a day, counting what it may still be charged', async () => {
    const t = await begin();
    const fees = t.feeAccount({ dailyCapMinor: 2_000n });
    const { record } = await stuck(t);
    t.pass(60_000);
    expect(await outbidStuck(t.desk, fees, 25)).toMatchObject({ raised: 1 });
    t.world.network.raiseFee(50_000n, 600_000);
    t.pass(60_000);
    const refused = await outbidStuck(t.desk, fees, 25);
    expect(refused).toEqual({ raised: 0, refused: 'The fee account may not pay that much more within a day.' });
    const again = raiseFee(t.desk, record.id, paidBy(t.desk, fees));
    await expect(again).rejects.toMatchObject({ code: 'chain.fee_cap', data: { leftMinor: '2000' } });
    // With a larger cap a higher bid takes the place of the lower: one of the two is charged.
    const larger = { ...fees, dailyCapMinor: 20_000n };
    await raiseFee(t.desk, record.id, paidBy(t.desk, larger));
    expect(await feeAccountSpent(t.treasury.writer, fees.address, t.clock.nowMs())).toBe(20_000n);
    expect((await bumpsOf(t.treasury.writer, record.id)).map(({ feeMinor }) => feeMinor)).toEqual([2_000n, 20_000n]);
  });

  it('is refused when it is not there, is poor, or has taken its key from the one that is held here', async () => {
    const t = await begin();
    const fees = t.feeAccount();
    const { record } = await stuck(t);
    const bump = (account: typeof fees) => raiseFee(t.desk, record.id, paidBy(t.desk, account));
    const nobody = { ...fees, address: Keypair.random().publicKey() };
    await expect(bump(nobody)).rejects.toMatchObject({ code: 'chain.fee_account_missing' });
    const other = { ...fees, signer: hotSigner([Keypair.random().secret()], networkPassphrase) };
    await expect(bump(other)).rejects.toMatchObject({ code: 'chain.bump_unsigned' });
    const entry = t.world.network.world.accounts.get(fees.address);
    if (entry) entry.balance = 10_001_000n;
    await expect(bump(fees)).rejects.toMatchObject({
      code: 'chain.fee_account_poor',
      data: { spendableMinor: '1000' },
    });
    expect(await bumpsOf(t.treasury.writer, record.id)).toEqual([]);
  });

  it('signs with whichever of its keys counts, while one takes another’s place', async () => {
    const t = await begin();
    const before = t.world.account('a fee account', false);
    const after = Keypair.random();
    t.world.act(before, [
      Operation.setOptions({ signer: { ed25519PublicKey: after.publicKey(), weight: 1 } }),
      Operation.setOptions({ masterWeight: 0 }),
    ]);
    const signer = hotSigner([after.secret(), before.secret()], networkPassphrase);
    const { record } = await stuck(t);
    await raiseFee(t.desk, record.id, paidBy(t.desk, { ...t.feeAccount(), signer }));
    t.pass(5_000);
    expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'confirmed' });
  });

  it('does nothing behind a freeze, nor for what was sent as often as it may be', async () => {
    const t = await begin();
    const fees = t.feeAccount();
    const { record } = await stuck(t);
    t.pass(60_000);
    const often = { ...t.desk, settings: { ...t.desk.settings, submissionsMax: 1 } };
    expect(await outbidStuck(often, fees, 25)).toEqual({ raised: 0, refused: null });
    await expect(raiseFee(often, record.id, paidBy(often, fees))).rejects.toMatchObject({ code: 'chain.state' });
    await t.as(t.ada.actor, (work) => freeze(work, { scope: 'rail', target: 'stellar', reason: 'Wait.' }));
    expect(await outbidStuck(t.desk, fees, 25)).toEqual({ raised: 0, refused: null });
    expect(await t.treasury.writer.rows(sql`select 1 as one from chain_bumps`)).toEqual([]);
  });
});
