import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { HAND_MINT_CAP_MINOR, type HandMint, mintableMinor, mintByHand } from '../../../core/campaigns/mint-by-hand.ts';
import { reverseTransaction } from '../../../core/ledger/reversal.ts';
import { forEachStore } from '../../support/stores.ts';
import { outcomes } from '../ledger/bookkeeper.ts';
import { CREDIT, type Giving, giving } from './giving.ts';

forEachStore((_name, open) => {
  let key = 0;
  const mint = (books: Giving, payeeId: string, amountMinor: bigint, rest: Partial<HandMint> = {}) =>
    books.do((work) =>
      mintByHand(work, { payeeId, amountMinor, reason: 'A late delivery', idempotencyKey: `h${key++}`, ...rest }),
    );

  describe('minting by hand', () => {
    it('makes one lot, once for each key', async () => {
      const books = await giving(await open());
      const [a = '', b = ''] = await books.members(2);
      const first = await mint(books, a, 5n, { idempotencyKey: 'same', keptFor: 'placement_fee' });
      const again = await mint(books, a, 5n, { idempotencyKey: 'same', keptFor: 'placement_fee' });
      expect([first.replayed, again.replayed, again.lotId]).toEqual([false, true, first.lotId]);
      expect(await books.credits(a)).toBe(5n);
      expect(await books.moved('mint')).toEqual(['treasury:obligations −5 credit:micro', `payee:${a} +5 credit:micro`]);
      await expect(mint(books, b, 5n, { idempotencyKey: 'same' })).rejects.toMatchObject({
        code: 'ledger.idempotency_mismatch',
      });
      await books.sound();
    });

    it('is capped for each account and day, and writes nothing beyond', async () => {
      const books = await giving(await open());
      const [a = '', b = ''] = await books.members(2);
      await mint(books, a, HAND_MINT_CAP_MINOR - 1n);
      const before = await books.written();
      await expect(mint(books, a, 2n)).rejects.toMatchObject({ code: 'credits.mint_cap', data: { leftMinor: '1' } });
      await expect(mint(books, b, HAND_MINT_CAP_MINOR + 1n)).rejects.toMatchObject({ code: 'credits.mint_cap' });
      await expect(mint(books, b, 9_223_372_036_854_775_807n)).rejects.toMatchObject({ code: 'credits.mint_cap' });
      expect(await books.written()).toEqual(before);
      await mint(books, a, 1n);
      await mint(books, b, HAND_MINT_CAP_MINOR);
      books.clock.advance(86_400_000);
      await mint(books, a, HAND_MINT_CAP_MINOR);
      await books.sound();
    });

    it('counts no mint that was reversed, and a repeat is never over the cap', async () => {
      const books = await giving(await open());
      const [a = ''] = await books.members(1);
      const { transactionId } = await mint(books, a, HAND_MINT_CAP_MINOR, { idempotencyKey: 'all' });
      expect(await mint(books, a, HAND_MINT_CAP_MINOR, { idempotencyKey: 'all' })).toMatchObject({ replayed: true });
      await books.do((work) => reverseTransaction(work, transactionId, 'The wrong member'));
      expect(await mintableMinor(books.writer, a, books.clock.nowMs())).toBe(HAND_MINT_CAP_MINOR);
      await mint(books, a, HAND_MINT_CAP_MINOR);
      await books.sound();
    });

    it('keeps to the cap when twenty mint at once', async () => {
      const books = await giving(await open());
      const [a = ''] = await books.members(1);
      const { done, refused } = await outcomes(Array.from({ length: 20 }, () => mint(books, a, 150n * CREDIT)));
      expect({ done, refused: new Set(refused) }).toEqual({ done: 6, refused: new Set(['credits.mint_cap']) });
      expect(await books.credits(a)).toBe(900n * CREDIT);
      await books.sound();
    });

    it.each([
      ['nobody knows', 'payee.unknown', 'pye_nobody'],
      ['was closed', 'payee.closed', 'pye_0000'],
    ])('is refused for an account that %s', async (_name, code, id) => {
      const books = await giving(await open());
      await books.members(1);
      await books.writer.transaction((tx) => tx.run(sql`update payees set status = 'closed', closed_reason = 'gone'`));
      await expect(mint(books, id, 1n)).rejects.toMatchObject({ code });
    });
  });
});
