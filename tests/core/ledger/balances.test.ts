import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type AccountSpec, obligationsAccount, payeeAccount } from '../../../core/ledger/accounts.ts';
import { adjustAccount } from '../../../core/ledger/adjustments.ts';
import { balanceAsOf } from '../../../core/ledger/as-of.ts';
import { balanceDrift, trialBalance } from '../../../core/ledger/balances.ts';
import { listEntries } from '../../../core/ledger/entries.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import { rebuildBalances } from '../../../core/ledger/rebuild.ts';
import { getAccount, listAccounts, trialBalanceView } from '../../../core/ledger/views.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, TEST_START_MS, USD } from '../../support/treasury.ts';
import { type Bookkeeper, bookkeeper, CREATOR, OTHER, outcomes } from './bookkeeper.ts';

const DAY = 86_400_000;

forEachStore((_name, open) => {
  const idOf = async (books: Bookkeeper, { entity, pool, assetId }: AccountSpec) => {
    const [row] = await books.writer.rows<{ id: bigint }>(
      sql`select id from accounts where entity = ${entity} and pool = ${pool} and asset_id = ${assetId}`,
    );
    return row?.id ?? 0n;
  };

  describe('balances', () => {
    it('as of a moment differ by when things happened and by when they were written down', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 100n);
      const accountId = await idOf(books, payeeAccount(CREATOR, USD));
      books.clock.advance(3 * DAY);
      // Written down on the fourth day, but of the second.
      await books.do((work) =>
        adjustAccount(work, {
          accountId,
          amountMinor: 30n,
          against: 'adjustments',
          reason: 'A line was forgotten.',
          effectiveAtMs: TEST_START_MS + DAY,
          idempotencyKey: 'late',
        }),
      );
      const at = async (atMs: number, by: 'effective' | 'recorded') =>
        (await balanceAsOf(books.writer, { accountId }, { atMs, by })).map(({ balanceMinor }) => balanceMinor);
      expect(await at(TEST_START_MS - 1, 'effective')).toEqual([0n]);
      expect(await at(TEST_START_MS, 'effective')).toEqual([100n]);
      expect(await at(TEST_START_MS + DAY, 'effective')).toEqual([130n]);
      expect(await at(TEST_START_MS + DAY, 'recorded')).toEqual([100n]);
      expect(await at(TEST_START_MS + 3 * DAY, 'recorded')).toEqual([130n]);
    });

    it('as of a moment are given for every account of a holder', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 100n);
      await books.owe(CREATOR, EUR, 7n);
      const found = await balanceAsOf(
        books.writer,
        { entity: `payee:${CREATOR}` },
        { atMs: TEST_START_MS, by: 'recorded' },
      );
      expect(found.map(({ assetCode, balanceMinor }) => [assetCode, balanceMinor])).toEqual([
        ['USD', 100n],
        ['EUR', 7n],
      ]);
      await expect(balanceAsOf(books.writer, { accountId: 9_999n }, { atMs: 0, by: 'recorded' })).rejects.toMatchObject(
        {
          code: 'ledger.unknown_account',
        },
      );
    });

    it('are rebuilt from the entries, and the audit says what was wrong', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 100n);
      await books.owe(OTHER, USD, 50n);
      const payee = await idOf(books, payeeAccount(CREATOR, USD));
      await books.writer.transaction((tx) =>
        tx.run(sql`update account_balances set balance_minor = 90 where account_id = ${payee}`),
      );
      const drift = [{ accountId: payee, keptMinor: 90n, entriesMinor: 100n }];
      expect(await balanceDrift(books.writer)).toEqual(drift);
      expect((await books.do(rebuildBalances)).corrected).toEqual(drift);
      expect(await balanceDrift(books.writer)).toEqual([]);
      expect(await books.balance(payeeAccount(CREATOR, USD))).toBe(100n);
      const [entry] = await books.writer.rows<{ details: string }>(
        sql`select details from audit_entries where action = 'ledger.rebuild'`,
      );
      expect(JSON.parse(entry?.details ?? '{}')).toMatchObject({
        corrected: 1,
        first: [{ accountId: payee.toString(), keptMinor: '90', entriesMinor: '100' }],
      });
      expect((await books.do(rebuildBalances)).corrected).toEqual([]);
    });

    it('rebuilt while others post lose nothing', async () => {
      const books = await bookkeeper(await open());
      const { done } = await outcomes(
        Array.from({ length: 20 }, (_, index) =>
          index % 4 === 0 ? books.do(rebuildBalances) : books.owe(CREATOR, USD, 10n),
        ),
      );
      expect(done).toBe(20);
      expect(await books.balance(payeeAccount(CREATOR, USD))).toBe(150n);
      expect(await balanceDrift(books.writer)).toEqual([]);
    });
  });

  describe('the entries of an account', () => {
    it('come newest first, page by page, with the balance after each', async () => {
      const books = await bookkeeper(await open());
      for (const amount of [10n, 20n, 30n, 40n, 50n]) await books.owe(CREATOR, USD, amount);
      await books.owe(OTHER, USD, 5n);
      const accountId = await idOf(books, obligationsAccount(USD));
      const seen: [string, string][] = [];
      let cursor: string | undefined;
      do {
        const page = await listEntries(books.writer, accountId, { cursor, limit: 4 });
        seen.push(...page.items.map((entry): [string, string] => [entry.amountMinor, entry.balanceMinor]));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual([
        ['-5', '-155'],
        ['-50', '-150'],
        ['-40', '-100'],
        ['-30', '-60'],
        ['-20', '-30'],
        ['-10', '-10'],
      ]);
    });

    it('are none for an account without any, and refused for one that is not there', async () => {
      const books = await bookkeeper(await open());
      const empty = await idOf(books, obligationsAccount(EUR));
      expect(await listEntries(books.writer, empty, { cursor: undefined, limit: 4 })).toEqual({
        items: [],
        nextCursor: null,
      });
      const page = { cursor: undefined, limit: 4 };
      await expect(listEntries(books.writer, 9_999n, page)).rejects.toMatchObject({ code: 'ledger.unknown_account' });
      await expect(getAccount(books.writer, 9_999n)).rejects.toMatchObject({ code: 'ledger.unknown_account' });
      const foreign = Buffer.from(JSON.stringify(['1', '2', 'x'])).toString('base64url');
      await expect(listEntries(books.writer, empty, { cursor: foreign, limit: 4 })).rejects.toMatchObject({
        code: 'input.invalid',
      });
    });
  });

  describe('accounts', () => {
    it('are found by holder, asset, part of a name, and by having something', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 10n);
      await books.owe(CREATOR, EUR, 10n);
      const find = async (filter: Parameters<typeof listAccounts>[1]) =>
        (await listAccounts(books.writer, filter, { cursor: undefined, limit: 100 })).items.map(
          ({ entity, pool, assetCode }) => `${pool ?? entity} ${assetCode}`,
        );
      expect(await find({ entity: `payee:${CREATOR}` })).toEqual([`payee:${CREATOR} USD`, `payee:${CREATOR} EUR`]);
      expect(await find({ balances: 'non_zero', assetId: USD })).toEqual([
        'treasury:obligations USD',
        `payee:${CREATOR} USD`,
      ]);
      expect(await find({ q: 'SYS-treasury', assetId: EUR })).toEqual(['treasury:payout_reserve EUR']);
      expect(await find({ q: 'withdrawal:', assetId: EUR })).toEqual(['withdrawal:pending EUR']);
      expect(await find({ q: '%' })).toEqual([]);
    });
  });

  describe('the trial balance', () => {
    it('is of any day, with a line for each kind of holder', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 100n);
      await books.owe(OTHER, USD, 20n);
      books.clock.advance(DAY);
      await books.do((work) => fundTreasury(work, { assetId: EUR, amountMinor: 500n, idempotencyKey: 'a' }));
      const first = await trialBalance(books.writer, { atMs: TEST_START_MS, by: 'effective' });
      expect(first.totals.map(({ assetId, sumMinor }) => [assetId, sumMinor])).toEqual([[USD, 0n]]);
      expect(
        first.lines.map(({ holder, accounts, debitMinor, creditMinor }) => [holder, accounts, debitMinor, creditMinor]),
      ).toEqual([
        ['payees', 2, 0n, 120n],
        ['treasury:obligations', 1, 120n, 0n],
      ]);
      const now = await trialBalanceView(books.writer);
      expect(now).toMatchObject({ entries: 6, drift: [] });
      expect(
        now.lines.map(
          ({ holder, assetCode, debitMinor, creditMinor }) => `${holder} ${assetCode} ${debitMinor} ${creditMinor}`,
        ),
      ).toEqual([
        'treasury:bank EUR 0 500',
        'treasury:payout_reserve EUR 500 0',
        'payees USD 0 120',
        'treasury:obligations USD 120 0',
      ]);
    });
  });
});
