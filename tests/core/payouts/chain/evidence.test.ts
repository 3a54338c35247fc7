import { Asset, Operation } from '@stellar/stellar-sdk';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { confirmSubmittedTransaction, discardTransaction } from '../../../../core/payouts/chain/confirm.ts';
import { handOut } from '../../../../core/payouts/chain/create.ts';
import { chainHistory, setAsideWhatMayBePaid } from '../../../../core/payouts/chain/history.ts';
import { raiseFee } from '../../../../core/payouts/chain/raise-fee.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import { processBatch } from '../../../../core/payouts/chain/worker.ts';
import { freeze } from '../../../../core/payouts/freezes.ts';
import type { ChainRail } from '../../../../core/rails/chain.ts';
import { syncProvider } from '../../../../core/sync/settle.ts';
import { stellarRail } from '../../../../main/rails/stellar/rail.ts';
import { directNetwork } from '../../../support/chain-network.ts';
import { type ChainTreasury, chainTreasury, STROOPS } from '../../../support/chain-treasury.ts';
import { type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
import { forEachStore } from '../../../support/stores.ts';

const worlds: StellarWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const HALF_AN_HOUR_MS = 1_800_000;

forEachStore((_name, open) => {
  async function begin(options: Parameters<typeof chainTreasury>[2] = {}): Promise<ChainTreasury> {
    const world = await stellarWorld();
    worlds.push(world);
    return chainTreasury(await open(), world, options);
  }

  /** Reads what the ledgers say was paid, as the job does. */
  function sync(t: ChainTreasury) {
    const { rail, settings, actor } = t.desk;
    if (!rail.history) throw new Error('There is a Horizon');
    const account = { network: rail.network, source: settings.source };
    return syncProvider(t.treasury, actor, chainHistory(t.treasury.writer, rail.history, account));
  }

  describe('what the network says', () => {
    it('fails the payout that cannot be paid, and puts the others back', async () => {
      const t = await begin();
      const ana = t.world.account('ana');
      const ben = t.world.account('ben');
      const one = await t.approved(ana.publicKey(), 5n * STROOPS, { asset: t.usdc });
      const two = await t.approved(ben.publicKey());
      const record = await t.build();
      t.world.act(ana, [Operation.changeTrust({ asset: t.world.network.usdc, limit: '0' })]);
      await t.queue(record);
      await submitQueuedTransaction(t.desk, record.id);
      t.pass(5_000);
      expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({
        state: 'failed',
        words: 'tx_failed op_no_trust op_success',
        feeChargedMinor: 200n,
      });
      expect([await t.statusOf(one), await t.statusOf(two)]).toEqual(['failed', 'approved']);
      expect(await t.attemptsOf(one)).toMatchObject([{ status: 'failed', providerReference: `${record.hash}:0` }]);
      expect(await t.attemptsOf(two)).toMatchObject([{ status: 'unsent' }]);
      const next = await t.build();
      expect(next.payments).toBe(1);
    });

    it('proves nothing when its history does not reach back: then the archive is asked', async () => {
      const forgetful = (rail: ChainRail): ChainRail => ({
        ...rail,
        online: directNetwork(worlds[0]?.network as never, () => 1),
      });
      const t = await begin({ around: forgetful });
      const payout = await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      await t.queue(record);
      await submitQueuedTransaction(t.desk, record.id);
      t.pass(5_000);
      t.pass(HALF_AN_HOUR_MS + 10_000);
      expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'confirmed' });
      expect(await t.statusOf(payout)).toBe('completed');
    });

    it('and where there is no archive, nobody guesses: the payout is set aside until the ledger is read', async () => {
      const forgetful = (rail: ChainRail): ChainRail => ({
        ...rail,
        online: directNetwork(worlds[0]?.network as never, () => 1),
        archive: null,
      });
      const t = await begin({ around: forgetful });
      const payout = await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      await t.queue(record);
      await submitQueuedTransaction(t.desk, record.id);
      t.pass(5_000);
      t.pass(HALF_AN_HOUR_MS + 10_000);
      expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({
        state: 'expired',
        words: 'unproven',
      });
      expect(await t.statusOf(payout)).toBe('quarantined');
      expect(await t.attemptsOf(payout)).toMatchObject([{ status: 'open' }]);
      // The ledger's own record waits for the people who resolve it.
      expect(await sync(t)).toMatchObject({ stored: 1, settled: 0, quarantined: 0 });
      expect(await t.statusOf(payout)).toBe('quarantined');
    });

    it('sets aside what was paid though it was thought to be gone', async () => {
      const t = await begin({
        around: (rail) => ({ ...rail, online: { ...rail.online, find: lying } }),
      });
      // A node that claims to know everything, and does not.
      async function lying() {
        const { sequence, closeTime } = t.world.network.latest();
        return {
          status: 'unknown' as const,
          reach: { oldestLedger: 100, latestLedger: sequence, latestCloseTimeS: closeTime },
        };
      }
      const payout = await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      await t.queue(record);
      await submitQueuedTransaction(t.desk, record.id);
      t.pass(5_000);
      t.pass(HALF_AN_HOUR_MS + 10_000);
      await processBatch(t.desk);
      expect(await t.statusOf(payout)).toBe('approved');
      expect(await sync(t)).toMatchObject({ quarantined: 1 });
      expect(await t.statusOf(payout)).toBe('quarantined');
      await expect(t.build()).rejects.toMatchObject({ code: 'chain.nothing_to_build' });
    });

    it('counts only where the transaction is: another network knows nothing of it', async () => {
      const t = await begin();
      const payout = await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      await t.queue(record);
      await submitQueuedTransaction(t.desk, record.id);
      t.pass(HALF_AN_HOUR_MS + 60_000);
      const elsewhere = { ...t.desk, rail: { ...t.desk.rail, network: 'testnet' } };
      await expect(confirmSubmittedTransaction(elsewhere, record.id)).rejects.toMatchObject({ code: 'chain.state' });
      await expect(submitQueuedTransaction(elsewhere, record.id)).rejects.toMatchObject({ code: 'chain.state' });
      // A node of another network under this one's name is as good as none.
      const wrong = { networkPassphrase: 'Test SDF Network ; September 2015', assets: [] };
      const rail = {
        ...stellarRail({ ...wrong, rpcUrl: t.world.rpcUrl, horizonUrl: t.world.horizonUrl }),
        network: 'sandbox',
      };
      expect(await confirmSubmittedTransaction({ ...t.desk, rail }, record.id)).toMatchObject({ state: 'submitted' });
      expect(await t.statusOf(payout)).toBe('processing');
    });

    it('settles what somebody else submitted after its XDR was given out', async () => {
      const t = await begin({ settings: { mode: 'build_only' } });
      const payout = await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      expect(record.handedOutAtMs).not.toBeNull();
      t.world.network.submit(t.signedBy(record, t.world.treasury));
      t.pass(5_000);
      expect(await processBatch(t.desk)).toEqual({ processed: 1, submitted: 0, confirmed: 1, failed: 0 });
      expect(await t.statusOf(payout)).toBe('completed');
    });

    it.each([
      ['by either of them', false],
      ['only by the bid’s own', true],
    ])('is believed through a higher bid in its place, found by hash %s', async (_how, onlyByBid) => {
      const of = { record: '' };
      const t = await begin({
        around: (rail) => ({
          ...rail,
          // Not every node knows a transaction by the hash of what it wraps.
          online: {
            ...rail.online,
            find: async (hash) => {
              const found = await rail.online.find(hash);
              if (!onlyByBid || hash !== of.record || found.status === 'unknown') return found;
              return { status: 'unknown', reach: await rail.online.reach() };
            },
          },
        }),
      });
      const payout = await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      await t.queue(record);
      t.world.network.raiseFee(500n, 60_000);
      await submitQueuedTransaction(t.desk, record.id);
      t.pass(5_000);
      expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'submitted' });
      await raiseFee(t.desk, record.id, t.payingItself());
      of.record = record.hash;
      t.pass(5_000);
      const confirmed = await confirmSubmittedTransaction(t.desk, record.id);
      expect(confirmed.state).toBe('confirmed');
      // The wrapping counts as one operation more, and each cost what the network asked for.
      expect(confirmed.feeChargedMinor).toBe(1_000n);
      expect(await t.attemptsOf(payout)).toMatchObject([{ providerReference: `${record.hash}:0` }]);
    });
  });

  describe('a vault whose memory ends at a backup', () => {
    it('sets aside the payout that a payment it does not remember may have been, once', async () => {
      const t = await begin();
      const ana = t.world.account('ana').publicKey();
      const one = await t.approved(ana, 5n * STROOPS);
      const two = await t.approved(ana, 5n * STROOPS);
      const other = await t.approved(ana, 6n * STROOPS);
      // Paid by the vault that this one was copied from.
      t.world.act(t.world.treasury, [Operation.payment({ destination: ana, asset: Asset.native(), amount: '5' })]);
      await sync(t);
      expect(await t.as(t.bo.actor, setAsideWhatMayBePaid)).toBe(1);
      expect([await t.statusOf(one), await t.statusOf(two), await t.statusOf(other)]).toEqual([
        'quarantined',
        'approved',
        'approved',
      ]);
      await sync(t);
      expect(await t.as(t.bo.actor, setAsideWhatMayBePaid)).toBe(0);
    });
  });

  describe('what is not let out', () => {
    it('is a second transaction of the account while one is under way', async () => {
      const t = await begin();
      await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      await t.approved(t.world.account('ben').publicKey());
      await expect(t.build()).rejects.toMatchObject({ code: 'chain.in_flight', data: { id: record.id } });
      await expect(
        t.treasury.writer.transaction((tx) =>
          tx.run(sql`
            insert into chain_transactions (id, hash, network, source, sequence, mode, state, version, envelope, signed_envelope, authority, payments,
              fee_minor, max_time_s, ledger_before, handed_out_at_ms, submissions, built_by, built_at_ms)
            select 'txn_copy', 'other', network, source, sequence, mode, state, version, envelope, signed_envelope, authority, payments,
              fee_minor, max_time_s, ledger_before, handed_out_at_ms, submissions, built_by, built_at_ms
            from chain_transactions`),
        ),
      ).rejects.toThrow(/unique/i);
    });

    it('is a payout that was changed in the database: it is set aside, and the others go', async () => {
      const t = await begin();
      const thief = t.world.account('thief').publicKey();
      const one = await t.approved(t.world.account('ana').publicKey());
      const two = await t.approved(t.world.account('ben').publicKey());
      const changed = JSON.stringify({ ...one.destination, address: thief });
      await t.treasury.writer.transaction((tx) =>
        tx.run(sql`update payouts set destination = ${changed} where id = ${one.id}`),
      );
      const record = await t.build();
      expect(record.payments).toBe(1);
      expect([await t.statusOf(one), await t.statusOf(two)]).toEqual(['quarantined', 'processing']);
    });

    it('is what the network would not take: it is left behind by name', async () => {
      const t = await begin();
      const memoWanted = t.world.account('exchange');
      t.world.act(memoWanted, [Operation.manageData({ name: 'config.memo_required', value: '1' })]);
      const missing = t.world.account('ana').publicKey();
      const poor = await t.approved(t.world.account('no trust', false).publicKey(), 5n * STROOPS, { asset: t.usdc });
      const unsaid = await t.approved(memoWanted.publicKey());
      const said = await t.approved(memoWanted.publicKey(), 3n * STROOPS, { memo: { type: 'id', value: '7' } });
      const fine = await t.approved(missing);
      const record = await t.build();
      expect(record.payments).toBe(1);
      expect(await t.statusOf(fine)).toBe('processing');
      for (const payout of [poor, unsaid, said]) expect(await t.statusOf(payout)).toBe('approved');
      await t.queue(record);
      await processBatch(t.desk);
      t.pass(5_000);
      await processBatch(t.desk);
      // One memo for a transaction: this one goes alone.
      const next = await t.build();
      expect([next.payments, await t.statusOf(said)]).toEqual([1, 'processing']);
    });

    it('is anything while payments are frozen, signed or not', async () => {
      const t = await begin();
      await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      await t.queue(record);
      await t.as(t.ada.actor, (work) => freeze(work, { scope: 'rail', target: 'stellar', reason: 'wait' }));
      await expect(submitQueuedTransaction(t.desk, record.id)).rejects.toMatchObject({ code: 'payout.frozen' });
      expect(await processBatch(t.desk)).toMatchObject({ submitted: 0 });
      expect(await t.now(record)).toMatchObject({ state: 'signed', submissions: 0n });
    });

    it('is a transaction more often than its submissions may be', async () => {
      const t = await begin({
        settings: { submissionsMax: 2 },
        around: (rail) => ({ ...rail, online: { ...rail.online, send: async () => ({ status: 'busy' }) } }),
      });
      await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      await t.queue(record);
      for (let round = 0; round < 6; round++) {
        await processBatch(t.desk);
        t.pass(60_000);
      }
      expect(await t.now(record)).toMatchObject({ state: 'submitted', submissions: 2n, words: 'try_again_later' });
      await expect(submitQueuedTransaction(t.desk, record.id)).rejects.toMatchObject({ code: 'chain.state' });
      expect(await t.now(record)).toMatchObject({ submissions: 2n });
    });

    it('is a first bid of more than a tenth of what may be paid, or any above it', async () => {
      const t = await begin({ settings: { maxFeeMinor: 10_000n } });
      await t.approved(t.world.account('ana').publicKey());
      t.world.network.raiseFee(5_000n, 60_000);
      const record = await t.build();
      expect(record.feeMinor).toBe(1_000n);
      const poor = await begin({ settings: { maxFeeMinor: 10_000n } });
      await poor.approved(poor.world.account('ana').publicKey());
      poor.world.network.raiseFee(20_000n, 60_000);
      await expect(poor.build()).rejects.toMatchObject({ code: 'chain.fee_above_maximum' });
    });

    it('is taken back once anybody may hold its bytes', async () => {
      const t = await begin();
      await t.approved(t.world.account('ana').publicKey());
      const record = await t.build();
      await t.as(t.bo.actor, (work) => handOut(work, record.id));
      await expect(t.as(t.bo.actor, (work) => discardTransaction(work, record.id))).rejects.toMatchObject({
        code: 'chain.not_discardable',
      });
    });
  });
});
