import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { campaignAccount, obligationsAccount, openAccounts } from '../../../core/ledger/accounts.ts';
import { listLots } from '../../../core/ledger/entries.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { creditAccount, type Mint, mintLots, moveLots } from '../../../core/ledger/lots.ts';
import { post } from '../../../core/ledger/posting.ts';
import { reverseTransaction } from '../../../core/ledger/reversal.ts';
import { EXPIRE_LOTS_MAX, expireDueLots, expireLots, type Spend, spendCredits } from '../../../core/ledger/spending.ts';
import { CREDITS } from '../../../core/money/assets.ts';
import { forEachStore } from '../../support/stores.ts';
import { TEST_START_MS } from '../../support/treasury.ts';
import { type Bookkeeper, bookkeeper, CREATOR, OTHER, outcomes } from './bookkeeper.ts';

const JOB = { kind: 'job', id: 'job:expire-lots', name: 'expire-lots', roles: [] } as const;
const ACCOUNT = creditAccount(CREATOR);

forEachStore((_name, open) => {
  let key = 0;
  const mint = (books: Bookkeeper, ...lots: Partial<Mint>[]) =>
    books.do((work) =>
      mintLots(
        work,
        lots.map((lot) => ({ key: `m${key++}`, payeeId: CREATOR, amountMinor: 100n, source: 'purchase:1', ...lot })),
      ),
    );
  const spend = (books: Bookkeeper, amountMinor: bigint, rest: Partial<Spend> = {}) =>
    books.do((work) =>
      spendCredits(work, { key: `s${key++}`, payeeId: CREATOR, amountMinor, reference: 'charge:1', ...rest }),
    );
  const left = async (books: Bookkeeper) =>
    (
      await books.writer.rows<{ remaining_minor: bigint }>(sql`select remaining_minor from credit_lots order by id`)
    ).map((lot) => Number(lot.remaining_minor));
  const sound = async (books: Bookkeeper) => expect(await brokenInvariants(books.writer)).toEqual([]);

  describe('credit lots', () => {
    it('are spent soonest to expire first, then oldest', async () => {
      const books = await bookkeeper(await open());
      await mint(
        books,
        {},
        { expiresAtMs: TEST_START_MS + 2_000 },
        { expiresAtMs: TEST_START_MS + 1_000 },
        {},
        { expiresAtMs: TEST_START_MS + 1_000 },
      );
      const { taken } = await spend(books, 150n);
      expect(await left(books)).toEqual([100, 100, 0, 100, 50]);
      expect(taken.map((part) => part.amountMinor)).toEqual([100n, 50n]);
      await spend(books, 200n);
      expect(await left(books)).toEqual([50, 0, 0, 100, 0]);
      await spend(books, 150n);
      expect(await left(books)).toEqual([0, 0, 0, 0, 0]);
      await sound(books);
    });

    it('kept for one pool are not spent elsewhere', async () => {
      const books = await bookkeeper(await open());
      await mint(books, { pool: 'fees' }, {});
      await expect(spend(books, 150n)).rejects.toMatchObject({ code: 'ledger.limit', data: { shortMinor: '50' } });
      await expect(spend(books, 150n, { pool: 'boosts' })).rejects.toMatchObject({ code: 'ledger.limit' });
      expect(await left(books)).toEqual([100, 100]);
      await spend(books, 150n, { pool: 'fees' });
      expect(await left(books)).toEqual([0, 50]);
      await sound(books);
    });

    it('cannot be overdrawn, and a refusal takes nothing', async () => {
      const books = await bookkeeper(await open());
      await mint(books, {});
      await expect(spend(books, 101n)).rejects.toMatchObject({ code: 'ledger.limit', data: { shortMinor: '1' } });
      expect(await left(books)).toEqual([100]);
      expect(await books.balance(ACCOUNT)).toBe(100n);
    });

    it('are not spent after their time, even before they were expired', async () => {
      const books = await bookkeeper(await open());
      await mint(books, { expiresAtMs: TEST_START_MS + 10 });
      books.clock.advance(10);
      await expect(spend(books, 1n)).rejects.toMatchObject({ code: 'ledger.limit' });
      await expect(mint(books, { expiresAtMs: TEST_START_MS + 10 })).rejects.toMatchObject({ code: 'input.invalid' });
    });

    it('are filled again, the very same, when a spend is returned; and only once', async () => {
      const books = await bookkeeper(await open());
      await mint(books, { expiresAtMs: TEST_START_MS + 1_000 }, {}, {});
      const { transactionId } = await spend(books, 230n);
      expect(await left(books)).toEqual([0, 0, 70]);
      await books.do((work) => reverseTransaction(work, transactionId, 'The charge was a mistake.'));
      expect(await left(books)).toEqual([100, 100, 100]);
      await expect(books.do((work) => reverseTransaction(work, transactionId, 'Again.'))).rejects.toMatchObject({
        code: 'ledger.not_reversible',
        data: { because: 'reversed' },
      });
      await sound(books);
    });

    it('expire to whoever funded them, and again after a return', async () => {
      const books = await bookkeeper(await open());
      const funder = campaignAccount('spring', CREDITS);
      await mint(books, { expiresAtMs: TEST_START_MS + 10, funder }, { expiresAtMs: TEST_START_MS + 10 }, {});
      const { transactionId } = await spend(books, 40n);
      expect(await expireDueLots(books.treasury, JOB)).toBe(0);
      books.clock.advance(10);
      expect(await expireDueLots(books.treasury, JOB)).toBe(2);
      expect(await books.balance(funder)).toBe(-40n);
      expect(await books.do((work) => expireLots(work))).toEqual({ lots: 0, amountMinor: 0n });

      await books.do((work) => reverseTransaction(work, transactionId, 'The charge was a mistake.'));
      expect(await left(books)).toEqual([40, 0, 100]);
      expect(await books.do((work) => expireLots(work))).toEqual({ lots: 1, amountMinor: 40n });
      expect(await books.balance(funder)).toBe(0n);
      await sound(books);
    });

    it('are minted once for a key, and not as something else', async () => {
      const books = await bookkeeper(await open());
      const lot = { key: 'grant-1', pool: 'fees', expiresAtMs: TEST_START_MS + 99 };
      const [first] = await mint(books, lot);
      const [again] = await mint(books, lot);
      expect(again).toEqual({ lotId: first?.lotId, transactionId: first?.transactionId, replayed: true });
      for (const other of [
        { ...lot, pool: 'boosts' },
        { ...lot, expiresAtMs: TEST_START_MS + 98 },
        { ...lot, amountMinor: 99n },
      ]) {
        await expect(mint(books, other)).rejects.toMatchObject({ code: 'ledger.idempotency_mismatch' });
      }
      expect(await left(books)).toEqual([100]);
    });

    it('come in by the thousand, one for each grant', async () => {
      const books = await bookkeeper(await open());
      const lots = Array.from({ length: 1_000 }, (_, index) => ({
        payeeId: index % 2 === 0 ? CREATOR : OTHER,
        amountMinor: BigInt(index + 1),
      }));
      const minted = await mint(books, ...lots);
      expect(new Set(minted.map((lot) => lot.lotId)).size).toBe(1_000);
      expect(await books.balance(ACCOUNT)).toBe(250_000n);
      expect(await books.balance(creditAccount(OTHER))).toBe(250_500n);
      await sound(books);
    });

    it('are spent once for a key', async () => {
      const books = await bookkeeper(await open());
      await mint(books, {});
      const first = await spend(books, 30n, { key: 'charge-1' });
      expect(await spend(books, 30n, { key: 'charge-1' })).toEqual({ ...first, replayed: true });
      await expect(spend(books, 31n, { key: 'charge-1' })).rejects.toMatchObject({
        code: 'ledger.idempotency_mismatch',
      });
      expect(await left(books)).toEqual([70]);
    });

    it('give each of twenty callers their own credits, and refuse those who come too late', async () => {
      const books = await bookkeeper(await open());
      await mint(books, { amountMinor: 70n }, { amountMinor: 55n });
      const { done, refused } = await outcomes(Array.from({ length: 20 }, () => spend(books, 10n)));
      expect(done).toBe(12);
      expect(refused).toEqual(Array.from({ length: 8 }, () => 'ledger.limit'));
      expect(await books.balance(ACCOUNT)).toBe(5n);
      await sound(books);
    });

    it('expire once, however many ask', async () => {
      const books = await bookkeeper(await open());
      await mint(books, { expiresAtMs: TEST_START_MS + 10 });
      books.clock.advance(10);
      const { done } = await outcomes(
        Array.from({ length: 5 }, () => books.do((work) => expireLots(work, EXPIRE_LOTS_MAX))),
      );
      expect(done).toBe(5);
      expect(await books.balance(ACCOUNT)).toBe(0n);
      expect(await books.balance(obligationsAccount(CREDITS))).toBe(0n);
      await sound(books);
    });

    it('are the only way credits of a payee move', async () => {
      const books = await bookkeeper(await open());
      await expect(books.owe(CREATOR, CREDITS, 5n)).rejects.toMatchObject({
        code: 'ledger.lots_only',
        data: { kind: 'obligation' },
      });
    });

    it('cannot be committed apart from the balance, whatever is written', async () => {
      const books = await bookkeeper(await open());
      const [minted] = await mint(books, {});
      const alone = books.writer.transaction(async (tx) => {
        const [account, obligations] = await openAccounts(tx, 1, [ACCOUNT, obligationsAccount(CREDITS)]);
        if (!account || !obligations) throw new Error('accounts are missing');
        return post(tx, 'test', 1, {
          key: 'no-lots',
          kind: 'spend',
          postings: [
            { account, amountMinor: -5n },
            { account: obligations, amountMinor: 5n },
          ],
        });
      });
      await expect(alone).rejects.toThrow(/foreign key/i);
      const remainder = books.writer.transaction((tx) => tx.run(sql`update credit_lots set remaining_minor = 7`));
      await expect(remainder).rejects.toThrow(/foreign key/i);
      const moved = books.writer.transaction(async (tx) => {
        const [account, obligations] = await openAccounts(tx, 1, [
          campaignAccount('x', CREDITS),
          obligationsAccount(CREDITS),
        ]);
        if (!account || !obligations) throw new Error('accounts are missing');
        const { id } = await post(tx, 'test', 1, {
          key: 'lots-alone',
          kind: 'adjustment',
          postings: [
            { account, amountMinor: -5n },
            { account: obligations, amountMinor: 5n },
          ],
        });
        await moveLots(tx, [{ transactionId: id, lotId: minted?.lotId ?? 0n, amountMinor: -5n }]);
      });
      await expect(moved).rejects.toThrow(/foreign key/i);
      expect(await left(books)).toEqual([100]);
      await sound(books);
    });

    it.each([
      ['credit_lots', "update credit_lots set source = 'elsewhere'"],
      ['credit_lots', 'update credit_lots set amount_minor = 1'],
      ['credit_lots', 'update credit_lots set expires_at_ms = 1999999999999'],
      ['credit_lots', 'delete from credit_lots'],
      ['credit_lot_moves', 'update credit_lot_moves set amount_minor = 5'],
      ['credit_lot_moves', 'delete from credit_lot_moves'],
    ])('are what they were minted as: %s refuses "%s"', async (_table, statement) => {
      const books = await bookkeeper(await open());
      await mint(books, {});
      await expect(books.writer.transaction((tx) => tx.run(sql.raw(statement)))).rejects.toThrow(
        /append only|keeps what it began with/,
      );
    });

    it('are listed in the order they are spent, page by page', async () => {
      const books = await bookkeeper(await open());
      await mint(
        books,
        {},
        { expiresAtMs: TEST_START_MS + 2_000 },
        { expiresAtMs: TEST_START_MS + 1_000, pool: 'fees' },
        {},
      );
      await spend(books, 100n, { pool: 'fees' });
      const [account] = await books.writer.rows<{ id: bigint }>(sql`select account_id as id from credit_lots limit 1`);
      const accountId = account?.id ?? 0n;
      const first = await listLots(books.writer, { accountId, show: 'open' }, { cursor: undefined, limit: 2 });
      const second = await listLots(
        books.writer,
        { accountId, show: 'open' },
        { cursor: first.nextCursor ?? undefined, limit: 2 },
      );
      expect([...first.items, ...second.items].map((lot) => lot.expiresAtMs)).toEqual([
        TEST_START_MS + 2_000,
        null,
        null,
      ]);
      expect(second.nextCursor).toBeNull();
      const all = await listLots(books.writer, { accountId, show: 'all' }, { cursor: undefined, limit: 10 });
      expect(all.items[0]).toMatchObject({
        pool: 'fees',
        amountMinor: '100',
        remainingMinor: '0',
        source: 'purchase:1',
      });
    });
  });
});
