import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import type { AssetId } from '../../../../core/money/assets.ts';
import type { AskForQuote } from '../../../../core/payouts/batches/quote.ts';
import { releaseBatch } from '../../../../core/payouts/batches/release.ts';
import { feeOfBatch, feeOfPayout } from '../../../../core/payouts/fees.ts';
import { Estimates } from '../../../../core/rails/estimates.ts';
import { type PayoutProvider, ProviderRefused, ProviderUnreachable } from '../../../../core/rails/provider.ts';
import { batchTreasury, USDT } from '../../../support/batch-treasury.ts';
import { forEachStore } from '../../../support/stores.ts';

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

forEachStore((_name, open) => {
  /** Two payments in a batch, at a fee that the test sets and that holds for five minutes. */
  const begin = async () => {
    const at = await batchTreasury(await open());
    worlds.push(at.world);
    const payouts = [await at.approved(20_000_000n), await at.approved(30_000_000n)];
    await at.drive();
    const { id } = await at.batch();
    const fee: { minor: bigint | Error; asked: number } = { minor: 500_000n, asked: 0 };
    const provider: PayoutProvider = {
      ...at.provider,
      async getEstimate({ assetId }) {
        fee.asked += 1;
        if (fee.minor instanceof Error) throw fee.minor;
        return { feeMinor: fee.minor, feeAssetId: assetId, expiresAtMs: at.clock.nowMs() + 5 * MINUTE_MS };
      },
    };
    const estimates = new Estimates(at.clock);
    const quote: AskForQuote = (orders) => estimates.ofAll(provider, orders);
    const origin = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
    const command = { action: 'batch.verify', actor: at.bo.actor, origin };
    const give = (amountMinor: bigint | null, batches = at.provider.batches, assetId: AssetId = USDT) =>
      releaseBatch(
        {
          treasury: at.t.treasury,
          batches,
          command,
          fee: { quote, seen: amountMinor === null ? null : [{ assetId, amountMinor }] },
        },
        id,
        '123456',
      );
    return { at, id, fee, give, payouts, source: { estimates, provider }, tries: async () => (await at.batch()).tries };
  };

  describe('the fee of a payout', () => {
    it('is asked for once while it holds, and told with the batch that it goes out in', async () => {
      const { at, id, fee, payouts, source } = await begin();
      const [payout] = payouts;
      const told = () => feeOfPayout(at.writer, source, payout?.id ?? '');
      const [first, second] = await Promise.all([told(), told()]);
      expect(first).toEqual({
        quoted: {
          fees: [{ assetId: USDT, assetCode: expect.any(String), scale: 6, amountMinor: '500000' }],
          askedAtMs: at.clock.nowMs(),
          expiresAtMs: at.clock.nowMs() + 5 * MINUTE_MS,
        },
        why: null,
      });
      expect(second).toEqual(first);
      expect(fee.asked).toBe(1);
      expect(await feeOfBatch(at.writer, source, id)).toMatchObject({ quoted: { fees: [{ amountMinor: '1000000' }] } });
      expect(fee.asked).toBe(2);
    });

    it('is a sentence where there is none', async () => {
      const { at, id, fee, give, payouts, source } = await begin();
      const of = payouts[0]?.id ?? '';
      fee.minor = new ProviderUnreachable('NOWPayments did not answer');
      expect(await feeOfPayout(at.writer, source, of)).toEqual({ quoted: null, why: 'NOWPayments did not answer.' });
      expect(await feeOfPayout(at.writer, { ...source, provider: null }, of)).toEqual({
        quoted: null,
        why: 'That rail is not set up here.',
      });
      await give(null);
      expect(await feeOfBatch(at.writer, source, id)).toMatchObject({ why: 'No code is waited for.' });
      at.pass(3_000);
      await at.drive();
      expect(await feeOfPayout(at.writer, source, of)).toMatchObject({ why: 'There is nothing left to pay.' });
      expect(fee.asked).toBe(1);
    });
  });

  describe('the fee that was quoted for a batch', () => {
    it('stands in the audit log beside the code that was given for it', async () => {
      const { at, fee, give } = await begin();
      expect(await give(1_000_000n)).toMatchObject({ state: 'released', releasedBy: 'Bo' });
      expect(fee.asked).toBe(2);
      const [entry] = await at.writer.rows<{ details: string }>(
        sql`select details from audit_entries where action = 'batch.give_code'`,
      );
      expect(JSON.parse(entry?.details ?? '{}')).toMatchObject({ fees: [`${USDT} 1000000`] });
    });

    it('gives no code when it expired while everything was proven', async () => {
      const { at, give, tries } = await begin();
      const batches = {
        ...at.provider.batches,
        get: (reference: string) => {
          at.pass(5 * MINUTE_MS);
          return at.provider.batches.get(reference);
        },
      };
      expect(await failureOf(give(1_000_000n, batches))).toMatchObject({ code: 'batch.quote_expired' });
      expect([await tries(), (await at.batch()).state]).toEqual([0, 'needs_code']);
      expect(await give(1_000_000n)).toMatchObject({ state: 'released' });
    });

    it('is asked for anew once it expired, and what rose has to be seen before the code goes', async () => {
      const { at, fee, give, tries } = await begin();
      fee.minor = 400_000n;
      expect(await failureOf(give(700_000n))).toMatchObject({
        code: 'batch.fee_rose',
        data: { assetId: USDT, feeMinor: '800000', seenMinor: '700000' },
      });
      fee.minor = 600_000n;
      // It holds still.
      at.pass(5 * MINUTE_MS - 1);
      expect(await failureOf(give(700_000n))).toMatchObject({ data: { feeMinor: '800000' } });
      expect(fee.asked).toBe(2);
      at.pass(1);
      expect(await failureOf(give(800_000n))).toMatchObject({
        code: 'batch.fee_rose',
        data: { feeMinor: '1200000', seenMinor: '800000' },
      });
      expect(fee.asked).toBe(4);
      expect(await tries()).toBe(0);
      expect(await give(1_200_000n)).toMatchObject({ state: 'released' });
    });

    it('in another asset than was seen is a fee that was not seen', async () => {
      const { at, give } = await begin();
      expect(await failureOf(give(1_000_000n, at.provider.batches, 'now:trx' as AssetId))).toMatchObject({
        code: 'batch.fee_rose',
        data: { assetId: USDT, seenMinor: null },
      });
    });

    it('keeps the code back where it was seen and is told no more, and not where nobody could see one', async () => {
      const { at, fee, give, tries } = await begin();
      fee.minor = new ProviderUnreachable('NOWPayments did not answer');
      expect(await failureOf(give(1_000_000n))).toMatchObject({
        code: 'batch.fee_unknown',
        data: { why: 'NOWPayments did not answer' },
      });
      expect([fee.asked, await tries()]).toEqual([1, 0]);
      fee.minor = 500_000n;
      at.pass(MINUTE_MS);
      expect(await failureOf(give(null))).toMatchObject({ code: 'batch.fee_rose', data: { seenMinor: null } });
      fee.minor = new ProviderRefused('There is none.', false);
      at.pass(5 * MINUTE_MS);
      expect(await give(null)).toMatchObject({ state: 'released' });
    });
  });
});
