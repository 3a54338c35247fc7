import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { fxAccount, payeeAccount } from '../../../core/ledger/accounts.ts';
import { addAsset } from '../../../core/ledger/assets.ts';
import { type Exchange, exchangeOwed, listQuotes, type NewQuote, recordQuote } from '../../../core/ledger/fx.ts';
import { convert } from '../../../core/ledger/fx-rate.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { assetId } from '../../../core/money/assets.ts';
import { INT64_MAX } from '../../../core/money/minor.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, USD } from '../../support/treasury.ts';
import { type Bookkeeper, bookkeeper, CREATOR } from './bookkeeper.ts';

const XLM = assetId('stellar:testnet:native');
const rate = (numerator: bigint, denominator: bigint) => ({ numerator, denominator });

describe('a converted amount', () => {
  it.each([
    [700n, rate(92n, 100n), 2, 2, 644n],
    // Half a cent goes to the even one.
    [1n, rate(1n, 2n), 2, 2, 0n],
    [3n, rate(1n, 2n), 2, 2, 2n],
    [5n, rate(1n, 2n), 2, 2, 2n],
    [1_00n, rate(85n, 10n), 2, 7, 8_5000000n],
    [1n, rate(1n, 1_000_000n), 7, 2, 0n],
    [INT64_MAX, rate(1n, 1n), 2, 2, INT64_MAX],
    [INT64_MAX, rate(2n, 1n), 2, 2, null],
  ])('%s at %o from scale %i to %i is %s', (amount, at, from, to, expected) => {
    expect(convert(amount, at, from, to)).toBe(expected);
  });

  it('is never more than half a unit from the exact one', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 15n });
    const part = fc.bigInt({ min: 1n, max: 10n ** 9n });
    const scale = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(amount, part, part, scale, scale, (minor, numerator, denominator, from, to) => {
        const converted = convert(minor, rate(numerator, denominator), from, to);
        const dividend = minor * numerator * 10n ** BigInt(to);
        const divisor = denominator * 10n ** BigInt(from);
        const twiceOff = 2n * ((converted ?? INT64_MAX + 1n) * divisor - dividend);
        // What is too large is at least half a unit above the largest there is.
        expect(twiceOff <= divisor).toBe(true);
        expect(converted === null || -twiceOff <= divisor).toBe(true);
      }),
      { numRuns: 2_000, seed: 20_260_105 },
    );
  });
});

forEachStore((_name, open) => {
  const quote = (books: Bookkeeper, rest: Partial<NewQuote> = {}) =>
    books.do((work) =>
      recordQuote(work, {
        fromAssetId: USD,
        toAssetId: EUR,
        rateNumerator: 92n,
        rateDenominator: 100n,
        source: 'bank',
        quotedAtMs: work.nowMs,
        expiresAtMs: work.nowMs + 60_000,
        ...rest,
      }),
    );
  const exchange = (books: Bookkeeper, quoteId: string | null, rest: Partial<Exchange> = {}) =>
    books.do((work) =>
      exchangeOwed(work, {
        payeeId: CREATOR,
        fromAssetId: USD,
        toAssetId: EUR,
        amountMinor: 500n,
        quoteId,
        idempotencyKey: 'x',
        ...rest,
      }),
    );
  const owing = async () => {
    const books = await bookkeeper(await open());
    await books.owe(CREATOR, USD, 1_000n);
    return books;
  };

  describe('paying in another asset than is owed', () => {
    it('is refused without a quote, and with one for something else', async () => {
      const books = await owing();
      const { id } = await quote(books, { fromAssetId: EUR, toAssetId: USD });
      for (const quoteId of [null, 'quo_none', id]) {
        await expect(exchange(books, quoteId)).rejects.toMatchObject({ code: 'fx.no_quote', data: { quoteId } });
      }
      expect(await books.balance(payeeAccount(CREATOR, USD))).toBe(1_000n);
    });

    it('is refused once the quote has expired; what was done before is only remembered', async () => {
      const books = await owing();
      const { id } = await quote(books);
      const first = await exchange(books, id);
      books.clock.advance(60_000);
      await expect(exchange(books, id, { idempotencyKey: 'y' })).rejects.toMatchObject({ code: 'fx.quote_expired' });
      expect(await exchange(books, id)).toEqual(first);
      expect(await books.balance(payeeAccount(CREATOR, EUR))).toBe(460n);
    });

    it('takes no more than is owed, and nothing that comes to nothing', async () => {
      const books = await owing();
      const { id } = await quote(books);
      await expect(exchange(books, id, { amountMinor: 1_001n })).rejects.toMatchObject({ code: 'ledger.limit' });
      const tiny = await quote(books, { rateNumerator: 1n, rateDenominator: 1_000n });
      await expect(exchange(books, tiny.id, { amountMinor: 5n })).rejects.toMatchObject({ code: 'fx.amount' });
    });

    it('knows only quotes between two known assets, of a time that makes sense', async () => {
      const books = await owing();
      await expect(quote(books, { toAssetId: XLM })).rejects.toMatchObject({ code: 'asset.unknown' });
      await expect(quote(books, { toAssetId: USD })).rejects.toMatchObject({ code: 'input.invalid' });
      await expect(quote(books, { quotedAtMs: books.clock.nowMs() + 1 })).rejects.toMatchObject({
        code: 'input.invalid',
      });
      await expect(quote(books, { expiresAtMs: books.clock.nowMs() })).rejects.toMatchObject({ code: 'input.invalid' });
    });

    it('leaves quotes as they were recorded', async () => {
      const books = await owing();
      await quote(books);
      const better = books.writer.transaction((tx) => tx.run(sql`update fx_quotes set rate_numerator = 99`));
      await expect(better).rejects.toThrow(/append only/);
    });

    it('lists quotes newest first, page by page, by asset', async () => {
      const books = await owing();
      const made: string[] = [];
      for (let index = 0; index < 3; index++) {
        books.clock.advance(1_000);
        made.unshift((await quote(books)).id);
      }
      await quote(books, { fromAssetId: EUR, toAssetId: USD });
      const first = await listQuotes(books.writer, { fromAssetId: USD }, { cursor: undefined, limit: 2 });
      const second = await listQuotes(
        books.writer,
        { fromAssetId: USD },
        { cursor: first.nextCursor ?? undefined, limit: 2 },
      );
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
      expect(first.items[0]).toMatchObject({ rateNumerator: '92', rateDenominator: '100', source: 'bank' });
    });

    it('in parts sums to zero in both assets, and to the whole within half a unit a part', async () => {
      const books = await bookkeeper(await open());
      await books.do((work) => addAsset(work, { assetId: XLM, scale: 7, minimumPayoutMinor: 1n }));
      const parts = fc.array(fc.bigInt({ min: 1n, max: 9_999n }), { minLength: 1, maxLength: 12 });
      const numerator = fc.bigInt({ min: 1n, max: 1_000n });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(parts, numerator, async (amounts, rateNumerator) => {
          run += 1;
          const whole = amounts.reduce((sum, amount) => sum + amount, 0n);
          await books.owe(CREATOR, USD, whole);
          const { id } = await quote(books, { toAssetId: XLM, rateNumerator, rateDenominator: 997n });
          const before = await books.balance(fxAccount(XLM));
          let paid = 0n;
          for (const [index, amountMinor] of amounts.entries()) {
            const done = await exchange(books, id, { toAssetId: XLM, amountMinor, idempotencyKey: `${run}-${index}` });
            paid += done.paidMinor;
          }
          expect(before - (await books.balance(fxAccount(XLM)))).toBe(paid);
          const exact = convert(whole, rate(rateNumerator, 997n), 2, 7) ?? 0n;
          const off = paid > exact ? paid - exact : exact - paid;
          expect(2n * off).toBeLessThanOrEqual(BigInt(amounts.length) + 1n);
        }),
        { numRuns: 15, seed: 20_260_105 },
      );
      expect(await books.balance(payeeAccount(CREATOR, XLM))).toBe(-(await books.balance(fxAccount(XLM))));
      expect(await brokenInvariants(books.writer)).toEqual([]);
    });
  });
});
