import { afterEach, describe, expect, it } from 'vitest';
import { treasuryPosition } from '../../../../core/ledger/balances.ts';
import {
  confirmSubmittedTransaction,
  discardTransaction,
  pollConfirmation,
} from '../../../../core/payouts/chain/confirm.ts';
import { payWithHotKey } from '../../../../core/payouts/chain/hot-key.ts';
import { listTransactions, type TransactionQuery } from '../../../../core/payouts/chain/listed.ts';
import type { ChainRecord } from '../../../../core/payouts/chain/records.ts';
import { refuseStoppedSoFar } from '../../../../core/payouts/chain/stops.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import { processBatch } from '../../../../core/payouts/chain/worker.ts';
import { freeze } from '../../../../core/payouts/freezes.ts';
import { editPayout, type PayoutEdit, quarantinePayout, retryPayout } from '../../../../core/payouts/life.ts';
import { getPayout, type PayoutRecord } from '../../../../core/payouts/repository.ts';
import { handleAgain } from '../../../../core/sync/retry.ts';
import { hotSigner } from '../../../../main/rails/stellar/hot-key.ts';
import { resolutionOf, signTerms } from '../../../support/acts.ts';
import { type ChainTreasury, chainTreasury, STROOPS, XLM } from '../../../support/chain-treasury.ts';
import { networkPassphrase, type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
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

  describe('a payout that people change while its transaction is under way', () => {
    const setAside = (t: ChainTreasury, { id }: PayoutRecord) =>
      t.as(t.ada.actor, (work) => quarantinePayout(work, { id, reason: 'a call from the bank' }));
    const resolve = async (t: ChainTreasury, { id }: PayoutRecord, to: 'failed' | 'completed') => {
      const terms = await resolutionOf(t, id, to);
      await signTerms(t, t.ada, terms);
      await signTerms(t, t.bo, terms);
    };
    /** Failed, say two people; then it is asked for again, of another amount or in another asset. */
    const askedAnew = async (
      t: ChainTreasury,
      payout: PayoutRecord,
      edit: Pick<PayoutEdit, 'amountMinor' | 'assetId'>,
    ) => {
      await setAside(t, payout);
      await resolve(t, payout, 'failed');
      const { id } = payout;
      const { version } = await t.as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'once more' }));
      await t.as(t.ada.actor, (work) => editPayout(work, { id, version: Number(version), ...edit }));
      await t.approve(t.bo, id);
    };

    it('is not paid by bytes that were made before', async () => {
      let meanwhile = () => Promise.resolve();
      const t = await begin({
        around: (rail) => ({
          ...rail,
          online: {
            ...rail.online,
            async accounts(addresses) {
              await meanwhile();
              return rail.online.accounts(addresses);
            },
          },
        }),
      });
      const { id, version } = await t.approved(t.world.account('ana').publicKey());
      meanwhile = async () => {
        meanwhile = () => Promise.resolve();
        const edit = { method: 'claimable_balance', reclaimAfterS: 3_600, amountMinor: 9n * STROOPS } as const;
        await t.as(t.ada.actor, (work) => editPayout(work, { id, version: Number(version), ...edit }));
        await t.approve(t.bo, id);
      };
      await expect(t.build()).rejects.toMatchObject({ code: 'chain.differs' });
      expect(await getPayout(t.treasury.writer, id)).toMatchObject({ status: 'approved' });
      expect(await t.build()).toMatchObject({ payments: 1 });
    });

    it('is not sent any more once it is set aside, and the others of its transaction come back', async () => {
      const t = await begin();
      const [doubtful, other] = [
        await t.approved(t.world.account('ana').publicKey()),
        await t.approved(t.world.account('ben').publicKey()),
      ];
      const record = await t.build();
      await t.queue(record);
      await setAside(t, doubtful);
      expect(await processBatch(t.desk)).toMatchObject({ submitted: 0 });
      await expect(submitQueuedTransaction(t.desk, record.id)).rejects.toMatchObject({ code: 'chain.unproven' });
      await resolve(t, doubtful, 'failed');
      expect(await processBatch(t.desk)).toMatchObject({ submitted: 0 });
      t.pass(1_820_000);
      expect(await processBatch(t.desk)).toMatchObject({ failed: 1 });
      expect([await t.statusOf(doubtful), await t.statusOf(other)]).toEqual(['failed', 'approved']);
    });

    it('is told of as it was paid, and not settled as what it has become', async () => {
      const t = await begin();
      const payout = await t.approved(t.world.account('ana').publicKey(), 5n * STROOPS);
      const record = await t.build();
      await t.queue(record);
      await submitQueuedTransaction(t.desk, record.id);
      await askedAnew(t, payout, { amountMinor: 9n * STROOPS });
      t.pass(5_000);
      await confirmSubmittedTransaction(t.desk, record.id);
      expect(await t.statusOf(payout)).toBe('quarantined');
      const told = await t.treasury.writer.db.selectFrom('provider_events').select('record').executeTakeFirst();
      expect(JSON.parse(told?.record ?? '{}')).toMatchObject({ amountMinor: String(5n * STROOPS) });
      await resolve(t, payout, 'completed');
      await handleAgain({ ...t.desk, action: 'sync.stellar' }, 'stellar');
      expect(await getPayout(t.treasury.writer, payout.id)).toMatchObject({ status: 'completed', settledAtMs: null });
    });

    it('counts against the cap of the hot key as what was paid', async () => {
      const t = await begin({ settings: { mode: 'hot_key' } });
      const hotKey = {
        signer: hotSigner([t.world.treasury.secret()], networkPassphrase),
        caps: [{ asset: 'XLM', amount: '100' }],
      };
      const payout = await t.approved(t.world.account('ana').publicKey(), 60n * STROOPS);
      const record = await payWithHotKey(t.desk, hotKey);
      await processBatch(t.desk);
      await askedAnew(t, payout, { amountMinor: STROOPS });
      t.pass(5_000);
      expect(await confirmSubmittedTransaction(t.desk, record?.id ?? '')).toMatchObject({ state: 'confirmed' });
      await t.approved(t.world.account('ben').publicKey(), 50n * STROOPS);
      await expect(payWithHotKey(t.desk, hotKey)).rejects.toMatchObject({
        code: 'chain.hot_key_cap',
        data: { leftMinor: String(40n * STROOPS) },
      });
    });

    it('is stopped by a freeze of what its bytes pay, whatever it has become', async () => {
      const t = await begin();
      const payout = await t.approved(t.world.account('ana').publicKey(), 5n * STROOPS, { asset: t.usdc });
      const record = await t.build();
      await t.as(t.ada.actor, (work) => freeze(work, { scope: 'asset', target: t.usdc, reason: 'wait' }));
      await askedAnew(t, payout, { assetId: XLM });
      await expect(refuseStoppedSoFar(t.treasury.writer, record)).rejects.toMatchObject({ code: 'payout.frozen' });
    });
  });
});
