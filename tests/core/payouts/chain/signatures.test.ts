import { Asset, Keypair, Memo, Operation, TransactionBuilder } from '@stellar/stellar-sdk';
import { afterEach, expect, it } from 'vitest';
import type { ChainRecord } from '../../../../core/payouts/chain/records.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import { type ChainTreasury, chainTreasury } from '../../../support/chain-treasury.ts';
import { networkPassphrase, type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
import { forEachStore } from '../../../support/stores.ts';

const worlds: StellarWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

forEachStore((_name, open) => {
  async function begin(): Promise<{ readonly t: ChainTreasury; readonly record: ChainRecord }> {
    const world = await stellarWorld();
    worlds.push(world);
    const t = await chainTreasury(await open(), world);
    await t.approved(world.account('ana').publicKey());
    await t.approved(world.account('ben').publicKey());
    return { t, record: await t.build() };
  }

  /** What somebody between the vault and the signer would like to have signed instead. */
  function forged(
    t: ChainTreasury,
    record: ChainRecord,
    change: (builder: TransactionBuilder) => TransactionBuilder,
    options: Parameters<typeof TransactionBuilder.cloneFrom>[1] = {},
  ) {
    const built = TransactionBuilder.fromXDR(record.envelope, networkPassphrase);
    const forgery = change(TransactionBuilder.cloneFrom(built as never, options)).build();
    forgery.sign(t.world.treasury);
    return forgery.toEnvelope().toXDR('base64');
  }

  it('are taken of the very transaction that was built, and of no other', async () => {
    const { t, record } = await begin();
    const thief = Operation.payment({
      destination: t.world.account('thief').publicKey(),
      asset: Asset.native(),
      amount: '1',
    });
    const elsewhere = TransactionBuilder.fromXDR(record.envelope, 'Test SDF Network ; September 2015');
    elsewhere.sign(t.world.treasury);
    for (const [xdr, code] of [
      [forged(t, record, (builder) => builder.addOperation(thief)), 'transaction.other'],
      [forged(t, record, (builder) => builder.addMemo(Memo.text('hello'))), 'transaction.other'],
      [forged(t, record, (builder) => builder.clearOperations().addOperation(thief)), 'transaction.other'],
      [forged(t, record, (builder) => builder, { timebounds: { minTime: 0, maxTime: 0 } }), 'transaction.other'],
      [forged(t, record, (builder) => builder, { fee: '500' }), 'transaction.other'],
      [elsewhere.toEnvelope().toXDR('base64'), 'transaction.wrong_signer'],
      [t.signedBy(record, Keypair.random()), 'transaction.wrong_signer'],
      [record.envelope, 'transaction.unsigned'],
      ['AAAA', 'transaction.malformed'],
      ['A'.repeat(1_000_000), 'transaction.too_large'],
    ] as const) {
      await expect(t.queue(record, xdr), code).rejects.toMatchObject({ code });
    }
    expect(await t.now(record)).toMatchObject({ state: 'built', signedEnvelope: null, version: 1n });
    await expect(submitQueuedTransaction(t.desk, record.id)).rejects.toMatchObject({ code: 'chain.state' });
  });

  it('are collected until they reach the threshold, and then are not changed any more', async () => {
    const world = await stellarWorld();
    worlds.push(world);
    const second = world.account('a second signer');
    world.act(world.treasury, [
      Operation.setOptions({ signer: { ed25519PublicKey: second.publicKey(), weight: 1 } }),
      Operation.setOptions({ medThreshold: 2 }),
    ]);
    const t = await chainTreasury(await open(), world);
    await t.approved(world.account('ana').publicKey());
    const record = await t.build();
    const first = await t.queue(record, t.signedBy(record, second));
    expect(first).toMatchObject({ record: { state: 'built' }, progress: { weight: 1, needed: 2, isEnough: false } });
    await expect(submitQueuedTransaction(t.desk, record.id)).rejects.toMatchObject({ code: 'chain.state' });
    // Each brings only their own; those before are kept.
    const both = await t.queue(record, t.signedBy(record, world.treasury));
    expect(both).toMatchObject({ record: { state: 'signed' }, progress: { weight: 2, isEnough: true } });
    const again = await t.queue(record, t.signedBy(record, second));
    expect(again.record.signedEnvelope).toBe(both.record.signedEnvelope);
    await submitQueuedTransaction(t.desk, record.id);
    t.pass(5_000);
    expect(world.network.find(record.hash)?.isSuccess).toBe(true);
  });

  it('come too late when the time of the transaction is over', async () => {
    const { t, record } = await begin();
    t.pass(1_900_000);
    await expect(t.queue(record)).rejects.toMatchObject({ code: 'chain.time_over' });
  });
});
