import { Asset, Keypair, Memo, Operation, TransactionBuilder } from '@stellar/stellar-sdk';
import { type RawBuilder, sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { handOut } from '../../../../core/payouts/chain/create.ts';
import { payWithHotKey } from '../../../../core/payouts/chain/hot-key.ts';
import { isAsApproved, refuseTampered, refuseUnproven } from '../../../../core/payouts/chain/prove-again.ts';
import { type ChainRecord, paymentsOf } from '../../../../core/payouts/chain/records.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import { processBatch } from '../../../../core/payouts/chain/worker.ts';
import { transition } from '../../../../core/payouts/machine.ts';
import { hotSigner } from '../../../../main/rails/stellar/hot-key.ts';
import { dropTriggers } from '../../../support/attacked.ts';
import { type ChainTreasury, chainTreasury } from '../../../support/chain-treasury.ts';
import { anyNeeds, putInForce } from '../../../support/policy.ts';
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
      [elsewhere.toEnvelope().toXDR('base64'), 'transaction.other'],
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

  describe('of a key that signs by itself', () => {
    const hotKeyOf = ({ world }: ChainTreasury, caps = [{ asset: 'XLM', amount: '100' }]) => ({
      signer: hotSigner([world.treasury.secret()], networkPassphrase),
      caps,
    });

    async function built() {
      const world = await stellarWorld();
      worlds.push(world);
      const t = await chainTreasury(await open(), world, { settings: { mode: 'hot_key' } });
      const payout = await t.approved(world.account('ana').publicKey());
      const record = await t.build();
      const thief = world.account('thief').publicKey();
      const tamper = (...changes: RawBuilder<unknown>[]) =>
        t.treasury.writer.transaction(async (tx) => {
          await dropTriggers(tx);
          for (const change of changes) await tx.run(change);
        });
      /** The transaction as somebody with the database in hand would have it signed. */
      const swapped = (change: (builder: TransactionBuilder) => TransactionBuilder, fee = '100') => {
        const before = TransactionBuilder.fromXDR(record.envelope, networkPassphrase);
        const other = change(TransactionBuilder.cloneFrom(before as never, { fee })).build();
        const hash = Buffer.from(other.hash()).toString('hex');
        return tamper(
          sql`update chain_transactions set hash = ${hash}, envelope = ${other.toEnvelope().toXDR('base64')}
            where id = ${record.id}`,
        );
      };
      const toThief = (builder: TransactionBuilder) =>
        builder
          .clearOperations()
          .addOperation(Operation.payment({ destination: thief, asset: Asset.native(), amount: '5' }));
      const unsigned = async () => (await t.now(record)).signedEnvelope === null;
      return { t, payout, record, thief, tamper, swapped, toThief, unsigned };
    }

    it('go on what is still approved: a crash before it signed is no harm', async () => {
      const { t } = await built();
      expect(await payWithHotKey(t.desk, hotKeyOf(t))).toMatchObject({ state: 'signed' });
    });

    it('are not given to a transaction that was put in its place in the database', async () => {
      const { t, swapped, toThief, unsigned } = await built();
      await swapped(toThief);
      await expect(payWithHotKey(t.desk, hotKeyOf(t))).rejects.toMatchObject({ code: 'chain.differs' });
      expect(await unsigned()).toBe(true);
    });

    it('are not given where its payout was changed with it: it is set aside, and stays so', async () => {
      const { t, payout, thief, tamper, swapped, toThief, unsigned } = await built();
      const changed = JSON.stringify({ ...payout.destination, address: thief });
      await tamper(sql`update payouts set destination = ${changed} where id = ${payout.id}`);
      await swapped(toThief);
      for (const _round of [1, 2]) {
        await expect(payWithHotKey(t.desk, hotKeyOf(t))).rejects.toMatchObject({ code: 'chain.unproven' });
        expect([await t.statusOf(payout), await unsigned()]).toEqual(['quarantined', true]);
      }
    });

    it('are not given to a fee above what may be paid, nor to more than its caps', async () => {
      const { t, record, tamper, swapped, unsigned } = await built();
      const little = [{ asset: 'XLM', amount: '4' }];
      await expect(payWithHotKey(t.desk, hotKeyOf(t, little))).rejects.toMatchObject({ code: 'chain.hot_key_cap' });
      await swapped((builder) => builder, '9000000');
      await expect(payWithHotKey(t.desk, hotKeyOf(t))).rejects.toMatchObject({ code: 'chain.differs' });
      await tamper(sql`update chain_transactions set fee_minor = 9000000 where id = ${record.id}`);
      await expect(payWithHotKey(t.desk, hotKeyOf(t))).rejects.toMatchObject({ code: 'chain.fee_above_maximum' });
      expect(await unsigned()).toBe(true);
    });
  });

  describe('of a transaction that is out', () => {
    const DAYS = 24 * 60 * 60_000;
    async function out() {
      const { t, record } = await begin();
      await t.as(t.bo.actor, (work) => handOut(work, record.id));
      return { t, record: await t.now(record) };
    }

    it('are taken where approvals have expired since: it is proven as of when it was given out', async () => {
      const { t, record } = await out();
      t.clock.advance(40 * DAYS);
      await expect(refuseUnproven(t.desk, record)).rejects.toMatchObject({
        code: 'chain.unproven',
        data: { why: 'Its approvals expired.' },
      });
      await refuseTampered(t.desk, record);
      expect(await isAsApproved(t.desk, record)).toBe(true);
      expect((await paymentsOf(t.treasury.writer, record.id)).map(({ payout }) => payout.status)).toEqual([
        'processing',
        'processing',
      ]);
      // What was never given out is proven as if it were begun now.
      const within = { ...record, handedOutAtMs: null };
      await expect(refuseTampered(t.desk, within)).rejects.toMatchObject({ code: 'chain.unproven' });
    });

    it('are taken where another policy holds since', async () => {
      const { t, record } = await out();
      await putInForce(t, [anyNeeds(2)]);
      await expect(refuseUnproven(t.desk, record)).rejects.toMatchObject({
        code: 'chain.unproven',
        data: { why: 'The policy asks for other approvals now.' },
      });
      expect(await isAsApproved(t.desk, record)).toBe(true);
    });

    it('are taken where other settings hold since: another source pays, and less may be spent on fees', async () => {
      const { t, record } = await out();
      const settings = { ...t.desk.settings, source: t.world.account('another source').publicKey(), maxFeeMinor: 1n };
      await expect(refuseUnproven({ ...t.desk, settings }, record)).rejects.toMatchObject({ code: 'chain.differs' });
      await expect(refuseTampered({ ...t.desk, settings }, record)).resolves.toBeUndefined();
    });

    it('are not taken where an approval is gone, expired or not: who looks writes nothing, who brings them sets it aside', async () => {
      const { t, record } = await out();
      const [first] = await paymentsOf(t.treasury.writer, record.id);
      await t.treasury.writer.transaction(async (tx) => {
        await dropTriggers(tx);
        await tx.run(sql`delete from approvals where payout_id = ${first?.payout.id}`);
      });
      t.clock.advance(40 * DAYS);
      expect(await isAsApproved(t.desk, record)).toBe(false);
      const statuses = async () => (await paymentsOf(t.treasury.writer, record.id)).map(({ payout }) => payout.status);
      expect(await statuses()).toEqual(['processing', 'processing']);
      await expect(refuseTampered(t.desk, record)).rejects.toMatchObject({ code: 'chain.unproven' });
      expect(await statuses()).toEqual(['quarantined', 'processing']);
      const [told] = await t.treasury.writer.rows<{ n: bigint }>(
        sql`select count(*) as n from audit_entries where action = 'payout.quarantine'`,
      );
      expect(Number(told?.n)).toBe(1);
    });

    it('are not taken on approvals made to look as if they were of before there were facts in them', async () => {
      const { t, record } = await out();
      await t.treasury.writer.transaction(async (tx) => {
        await dropTriggers(tx);
        await tx.run(
          sql`update approvals set statement = ${JSON.stringify({ what: 'countersign payout approval v1' })}`,
        );
      });
      await expect(refuseTampered(t.desk, record)).rejects.toMatchObject({ code: 'chain.unproven' });
      expect(await isAsApproved(t.desk, record)).toBe(false);
    });
  });

  it('are not sent for a payout that was set aside after it was signed', async () => {
    const { t, record } = await begin();
    const { record: signed } = await t.queue(record);
    expect(signed.state).toBe('signed');
    await t.as(t.ada.actor, async (work) => {
      const [first] = await paymentsOf(work.tx, record.id);
      if (first) await transition(work, first.payout, 'quarantine', { reason: 'Something is odd.' });
    });
    await expect(submitQueuedTransaction(t.desk, record.id)).rejects.toMatchObject({ code: 'chain.unproven' });
    // The job looks first, and leaves no refusal behind each round.
    expect(await processBatch(t.desk)).toMatchObject({ processed: 1, submitted: 0 });
    expect(await t.now(record)).toMatchObject({ state: 'signed', submissions: 0n });
  });

  it('come too late when the time of the transaction is over', async () => {
    const { t, record } = await begin();
    t.pass(1_900_000);
    await expect(t.queue(record)).rejects.toMatchObject({ code: 'chain.time_over' });
  });
});
