import { afterEach, expect, it } from 'vitest';
import { treasuryPosition } from '../../../../core/ledger/balances.ts';
import {
  confirmSubmittedTransaction,
  discardTransaction,
  pollConfirmation,
} from '../../../../core/payouts/chain/confirm.ts';
import { type ChainRecord, listTransactions, type TransactionQuery } from '../../../../core/payouts/chain/records.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import { processBatch } from '../../../../core/payouts/chain/worker.ts';
import { chainTreasury, STROOPS } from '../../../support/chain-treasury.ts';
import { type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
import { forEachStore } from '../../../support/stores.ts';

const worlds: StellarWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

forEachStore((_name, open) => {
  const begin = async (options: Parameters<typeof chainTreasury>[2] & { retention?: number } = {}) => {
    const world = await stellarWorld(options.retention === undefined ? {} : { retention: options.retention });
    worlds.push(world);
    return chainTreasury(await open(), world, options);
  };

  it('pays approved payouts in one transaction, and settles them by the network’s own record', async () => {
    const t = await begin();
    const ana = t.world.account('ana');
    const ben = t.world.account('ben');
    const one = await t.approved(ana.publicKey(), 7n * STROOPS);
    const two = await t.approved(ben.publicKey(), 3n * STROOPS, { asset: t.usdc });

    const record = await t.build();
    expect(record).toMatchObject({ state: 'built', payments: 2, submissions: 0n });
    expect([await t.statusOf(one), await t.statusOf(two)]).toEqual(['processing', 'processing']);

    await t.queue(record);
    await submitQueuedTransaction(t.desk, record.id);
    expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'submitted' });
    t.pass(5_000);
    const confirmed = await confirmSubmittedTransaction(t.desk, record.id);
    expect(confirmed).toMatchObject({ state: 'confirmed', feeChargedMinor: 200n });
    expect([await t.statusOf(one), await t.statusOf(two)]).toEqual(['completed', 'completed']);
    expect(await t.attemptsOf(two)).toMatchObject([{ status: 'completed', providerReference: `${record.hash}:1` }]);

    const positions = await treasuryPosition(t.treasury.writer);
    expect(positions.filter(({ assetId }) => assetId.startsWith('stellar:'))).toMatchObject([
      { fundsMinor: 99_997n * STROOPS, unsettledMinor: 0n, heldMinor: 0n },
      { fundsMinor: 99_993n * STROOPS - 200n, unsettledMinor: 0n, heldMinor: 0n },
    ]);
  });

  it('puts payouts back only when a ledger has closed after the end of their time', async () => {
    const t = await begin();
    const payout = await t.approved(t.world.account('ana').publicKey());
    const record = await t.build();
    await t.queue(record);
    // Signed, and never submitted.
    t.pass(1_000 * 1_799);
    expect(
      await pollConfirmation({ ...t.desk, settings: { ...t.desk.settings, pollsMax: 1 } }, record.id),
    ).toMatchObject({
      state: 'signed',
    });
    expect(await t.statusOf(payout)).toBe('processing');
    t.pass(20_000);
    expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({
      state: 'expired',
      words: 'not_found',
    });
    expect(await t.statusOf(payout)).toBe('approved');
    expect(await t.attemptsOf(payout)).toMatchObject([{ status: 'unsent', providerReference: `${record.hash}:0` }]);
    // The same payout goes out in another transaction, once.
    const next = await t.build();
    expect(next.hash).not.toBe(record.hash);
  });

  it('is found in the history page by page, by its state, its hash or a payout in it', async () => {
    const t = await begin();
    const made: ChainRecord[] = [];
    for (const name of ['ana', 'ben', 'cleo']) {
      await t.approved(t.world.account(name).publicKey());
      const record = await t.build();
      made.unshift(record);
      t.pass(1_000);
      await t.as(t.bo.actor, (work) => discardTransaction(work, record.id));
    }
    const list = async (input: TransactionQuery) => {
      const { items, nextCursor } = await listTransactions(t.treasury.writer, input);
      return { ids: items.map(({ id }) => id), nextCursor };
    };
    const ids = made.map(({ id }) => id);
    const first = await list({ limit: 2 });
    expect(first.ids).toEqual(ids.slice(0, 2));
    expect(await list({ limit: 2, cursor: first.nextCursor ?? '' })).toEqual({ ids: ids.slice(2), nextCursor: null });
    expect((await list({ state: 'expired' })).ids).toEqual(ids);
    expect((await list({ state: 'confirmed' })).ids).toEqual([]);
    expect((await list({ q: made[1]?.hash.slice(0, 9).toUpperCase() })).ids).toEqual([ids[1]]);
    // Each transaction takes up what the one before it gave back.
    expect((await list({ q: 's-3' })).ids).toEqual([ids[0]]);
    expect((await list({ q: 's-%' })).ids).toEqual([]);
    await expect(list({ cursor: 'elsewhere' })).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('goes on by itself: submits what is signed, and confirms it', async () => {
    const t = await begin();
    const payout = await t.approved(t.world.account('ana').publicKey());
    const record = await t.build();
    await t.queue(record);
    expect(await processBatch(t.desk)).toEqual({ processed: 1, submitted: 1, confirmed: 0, failed: 0 });
    t.pass(5_000);
    expect(await processBatch(t.desk, 25)).toEqual({ processed: 1, submitted: 0, confirmed: 1, failed: 0 });
    expect(await processBatch(t.desk, 25)).toEqual({ processed: 0, submitted: 0, confirmed: 0, failed: 0 });
    expect(await t.statusOf(payout)).toBe('completed');
  });
});
