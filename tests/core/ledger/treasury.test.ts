import { describe, expect, it } from 'vitest';
import { treasuryPosition } from '../../../core/ledger/balances.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import {
  decideOnTreasury,
  lockTreasury,
  raiseTreasuryVersion,
  treasuryVersion,
} from '../../../core/ledger/treasury.ts';
import { assetId } from '../../../core/money/assets.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, USD } from '../../support/treasury.ts';
import { type Bookkeeper, bookkeeper, outcomes } from './bookkeeper.ts';

forEachStore((_name, open) => {
  const complete = (books: Bookkeeper, count?: number) =>
    books.do(async (work) => {
      work.audit({ action: 'test', subject: 'ledger' });
      await raiseTreasuryVersion(work, USD, count);
    });
  const decide = (books: Bookkeeper, seenVersion: bigint) =>
    books.do(async (work) => {
      work.audit({ action: 'test', subject: 'ledger' });
      return decideOnTreasury(work, USD, seenVersion, async ({ fundsMinor }) => fundsMinor);
    });

  describe('the treasury', () => {
    it('is at version 0 before anything is completed, and rises by what a batch completes', async () => {
      const books = await bookkeeper(await open());
      expect(await treasuryVersion(books.writer, USD)).toBe(0n);
      await complete(books);
      await complete(books, 40);
      expect(await treasuryVersion(books.writer, USD)).toBe(41n);
      expect(await treasuryVersion(books.writer, EUR)).toBe(0n);
      expect((await treasuryPosition(books.writer)).find(({ assetId: id }) => id === USD)?.version).toBe(41n);
    });

    it('takes a decision made on what it is now, with the position as it stands', async () => {
      const books = await bookkeeper(await open());
      await books.do((work) => fundTreasury(work, { assetId: USD, amountMinor: 500n, idempotencyKey: 'a' }));
      expect(await decide(books, 0n)).toBe(500n);
      await complete(books);
      expect(await decide(books, 1n)).toBe(500n);
    });

    it('refuses a decision made on an old version', async () => {
      const books = await bookkeeper(await open());
      await complete(books, 2);
      await expect(decide(books, 1n)).rejects.toMatchObject({
        code: 'treasury.stale',
        data: { seenVersion: 1, version: 2 },
      });
    });

    it('never refuses a fact, while decisions on the version before it are', async () => {
      const books = await bookkeeper(await open());
      const facts = await outcomes(Array.from({ length: 10 }, () => complete(books)));
      expect(facts).toEqual({ done: 10, refused: [] });
      expect(await treasuryVersion(books.writer, USD)).toBe(10n);
      const decisions = await outcomes([decide(books, 9n), decide(books, 10n), decide(books, 0n)]);
      expect(decisions).toEqual({ done: 1, refused: ['treasury.stale', 'treasury.stale'] });
    });

    it('cannot be decided on in an asset that nobody knows', async () => {
      const books = await bookkeeper(await open());
      const unknown = books.writer.transaction((tx) => lockTreasury(tx, assetId('iso:GBP')));
      await expect(unknown).rejects.toMatchObject({ code: 'asset.unknown' });
    });
  });
});
