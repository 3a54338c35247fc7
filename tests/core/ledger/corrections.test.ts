import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { HoldId } from '../../../core/ids/ids.ts';
import {
  type AccountSpec,
  adjustmentsAccount,
  bankAccount,
  obligationsAccount,
  payeeAccount,
  reserveHeld,
  treasuryAccount,
} from '../../../core/ledger/accounts.ts';
import { adjustAccount } from '../../../core/ledger/adjustments.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import { openHold } from '../../../core/ledger/holds.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { mintLots } from '../../../core/ledger/lots.ts';
import { reverseTransaction } from '../../../core/ledger/reversal.ts';
import { spendCredits } from '../../../core/ledger/spending.ts';
import { getTransaction, listTransactions, transactionView } from '../../../core/ledger/transactions.ts';
import { cancelPayout, editPayout, retryPayout } from '../../../core/payouts/life.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury, USD } from '../../support/treasury.ts';
import { type Bookkeeper, bookkeeper, CREATOR, outcomes } from './bookkeeper.ts';

const HOLD = 'hld_one' as HoldId;
const ANY = { cursor: undefined, limit: 50 };

forEachStore((_name, open) => {
  const reverse = (books: Bookkeeper, id: bigint, reason = 'Entered twice.') =>
    books.do((work) => reverseTransaction(work, id, reason));
  const newest = async (books: Bookkeeper) => BigInt((await listTransactions(books.writer, {}, ANY)).items[0]?.id ?? 0);
  const idOf = async (books: Bookkeeper, { entity, pool, assetId }: AccountSpec) => {
    const [row] = await books.writer.rows<{ id: bigint }>(
      sql`select id from accounts where entity = ${entity} and pool = ${pool} and asset_id = ${assetId}`,
    );
    return row?.id ?? 0n;
  };

  describe('a reversal', () => {
    it('posts the opposite, names what it reverses and why, and is named by it', async () => {
      const books = await bookkeeper(await open());
      await books.do((work) => fundTreasury(work, { assetId: USD, amountMinor: 500n, idempotencyKey: 'once' }));
      const original = await newest(books);
      const { id } = await reverse(books, original, 'The bank took it back.');
      expect(await books.moved('reversal')).toEqual([
        'treasury:payout_reserve +500 iso:USD',
        'treasury:bank −500 iso:USD',
      ]);
      expect(await getTransaction(books.writer, original)).toMatchObject({ reversedById: id, reversesId: null });
      expect(await transactionView(books.writer, id)).toMatchObject({
        kind: 'reversal',
        reversesId: original.toString(),
        reason: 'The bank took it back.',
      });
      expect(await books.balance(treasuryAccount(USD))).toBe(0n);
      expect(await books.balance(bankAccount(USD))).toBe(0n);
    });

    it('happens once, however many ask at the same time', async () => {
      const books = await bookkeeper(await open());
      const debt = await books.owe(CREATOR, USD, 500n);
      const { done, refused } = await outcomes(
        Array.from({ length: 20 }, (_, index) => reverse(books, debt, `Person ${index}`)),
      );
      expect(done).toBe(1);
      expect(new Set(refused)).toEqual(new Set(['ledger.not_reversible']));
      expect(await books.balance(payeeAccount(CREATOR, USD))).toBe(0n);
      expect(await brokenInvariants(books.writer)).toEqual([]);
    });

    it('is not itself reversed', async () => {
      const books = await bookkeeper(await open());
      const { id } = await reverse(books, await books.owe(CREATOR, USD, 500n));
      await expect(reverse(books, id)).rejects.toMatchObject({
        code: 'ledger.not_reversible',
        data: { because: 'reversal' },
      });
    });

    it('of a debt is refused where the money has gone on', async () => {
      const books = await bookkeeper(await open());
      const debt = await books.owe(CREATOR, USD, 500n);
      await books.do((work) => openHold(work, { holdId: HOLD, payeeId: CREATOR, assetId: USD, amountMinor: 1n }));
      await expect(reverse(books, debt)).rejects.toMatchObject({ code: 'ledger.limit', data: { shortMinor: '1' } });
      await expect(reverse(books, await newest(books))).rejects.toMatchObject({ data: { because: 'kind' } });
    });

    it('of a payout’s own debt waits until the payout is cancelled', async () => {
      const t = await testTreasury(await open());
      const payout = await t.request(t.ada, await t.addPayee('Eve'));
      const { items } = await listTransactions(t.treasury.writer, { payoutId: payout.id }, ANY);
      const debt = BigInt(items[0]?.id ?? 0);
      const undo = t.as(t.ada.actor, (work) => reverseTransaction(work, debt, 'Not owed.'));
      await expect(undo).rejects.toMatchObject({ code: 'ledger.not_reversible', data: { because: 'payout' } });
    });

    describe('of the debts of a payout that was edited and then cancelled', () => {
      const editedThenCancelled = async () => {
        const t = await testTreasury(await open());
        const payee = await t.addPayee('Eve');
        // Something else is owed to the payee, which no correction of the payout may touch.
        await t.request(t.ada, payee, { amountMinor: 9_000n });
        const { id } = await t.request(t.ada, payee, { amountMinor: 1_000n });
        await t.as(t.ada.actor, (work) => editPayout(work, { id, version: 1, amountMinor: 3_000n }));
        await t.as(t.ada.actor, (work) => cancelPayout(work, { id, reason: 'Not wanted.' }));
        const { items } = await listTransactions(t.treasury.writer, { payoutId: id }, ANY);
        const [last, back, first] = items.map((entry) => BigInt(entry.id));
        const undo = (debt = 0n) => t.as(t.ada.actor, (work) => reverseTransaction(work, debt, 'Not owed.'));
        const owed = async () => {
          const [row] = await t.treasury.writer.rows<{ balance: bigint }>(sql`
            select b.balance_minor as balance from accounts a join account_balances b on b.account_id = a.id
            where a.entity = ${`payee:${payee.id}`} and a.asset_id = ${USD}`);
          return row?.balance;
        };
        return { last, back, first, undo, owed };
      };

      it('takes back the last alone, and no more than the payout made owed', async () => {
        const { last, back, first, undo, owed } = await editedThenCancelled();
        const refused = { code: 'ledger.not_reversible', data: { because: 'revision' } };
        await expect(undo(first)).rejects.toMatchObject(refused);
        await expect(undo(back)).rejects.toMatchObject(refused);
        expect(await owed()).toBe(12_000n);
        await undo(last);
        expect(await owed()).toBe(9_000n);
        await expect(undo(first)).rejects.toMatchObject(refused);
        await expect(undo(last)).rejects.toMatchObject({ data: { because: 'reversed' } });
      });
    });

    it('of a failed payout’s debt is not taken back again by an edit of the retry', async () => {
      const t = await testTreasury(await open());
      const payee = await t.addPayee('Eve');
      await t.request(t.ada, payee, { amountMinor: 9_000n });
      const { id } = await t.request(t.ada, payee, { amountMinor: 1_000n });
      await t.treasury.writer.transaction((tx) => tx.run(sql`update payouts set status = 'failed' where id = ${id}`));
      const { items } = await listTransactions(t.treasury.writer, { payoutId: id }, ANY);
      await t.as(t.ada.actor, (work) => reverseTransaction(work, BigInt(items[0]?.id ?? 0), 'Not owed.'));
      const { version } = await t.as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'Owed after all.' }));
      await t.as(t.ada.actor, (work) => editPayout(work, { id, version: Number(version), amountMinor: 2_000n }));
      const [row] = await t.treasury.writer.rows<{ balance: bigint }>(sql`
        select b.balance_minor as balance from accounts a join account_balances b on b.account_id = a.id
        where a.entity = ${`payee:${payee.id}`} and a.asset_id = ${USD}`);
      expect(row?.balance).toBe(11_000n);
      expect(await brokenInvariants(t.treasury.writer)).toEqual([]);
    });

    it('of minted credits is refused once some of them are spent', async () => {
      const books = await bookkeeper(await open());
      const mint = (key: string) =>
        books.do((work) => mintLots(work, [{ key, payeeId: CREATOR, amountMinor: 50n, source: 'purchase:1' }]));
      const [first] = await mint('a');
      await mint('b');
      const spent = await books.do((work) =>
        spendCredits(work, { key: 's', payeeId: CREATOR, amountMinor: 10n, reference: 'charge:1' }),
      );
      await expect(reverse(books, first?.transactionId ?? 0n)).rejects.toMatchObject({ data: { because: 'lots' } });
      await reverse(books, spent.transactionId);
      await reverse(books, first?.transactionId ?? 0n);
      expect(await brokenInvariants(books.writer)).toEqual([]);
    });

    it('of something that is not there is refused', async () => {
      const books = await bookkeeper(await open());
      await expect(reverse(books, 9_999n)).rejects.toMatchObject({ code: 'ledger.unknown_transaction' });
    });
  });

  describe('an adjustment', () => {
    const adjust = (books: Bookkeeper, accountId: bigint, amountMinor: bigint, rest = {}) =>
      books.do((work) =>
        adjustAccount(work, {
          accountId,
          amountMinor,
          against: 'adjustments',
          reason: 'A cent too many.',
          idempotencyKey: 'k',
          ...rest,
        }),
      );

    it('keeps its reason, and happens once for a key', async () => {
      const books = await bookkeeper(await open());
      const bank = await idOf(books, bankAccount(USD));
      const { id } = await adjust(books, bank, -7n, { effectiveAtMs: 12 });
      expect(await adjust(books, bank, -7n, { effectiveAtMs: 12 })).toEqual({ id });
      expect(await transactionView(books.writer, id)).toMatchObject({
        kind: 'adjustment',
        reason: 'A cent too many.',
        effectiveAtMs: 12,
      });
      expect(await books.balance(bankAccount(USD))).toBe(-7n);
      await expect(adjust(books, bank, -8n)).rejects.toMatchObject({ code: 'ledger.idempotency_mismatch' });
    });

    it('leaves alone what moves with payouts, holds and lots only', async () => {
      const books = await bookkeeper(await open());
      await expect(adjust(books, await idOf(books, reserveHeld(USD)), 5n)).rejects.toMatchObject({
        code: 'ledger.kept_account',
      });
      await expect(adjust(books, await idOf(books, adjustmentsAccount(USD)), 5n)).rejects.toMatchObject({
        code: 'ledger.kept_account',
      });
      await expect(adjust(books, 9_999n, 5n)).rejects.toMatchObject({ code: 'ledger.unknown_account' });
      await expect(
        adjust(books, await idOf(books, obligationsAccount(USD)), 5n, { effectiveAtMs: books.clock.nowMs() + 1 }),
      ).rejects.toMatchObject({
        code: 'input.invalid',
      });
    });

    it('does not take from a payee what they are not owed', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 5n);
      const payee = await idOf(books, payeeAccount(CREATOR, USD));
      await expect(adjust(books, payee, -6n)).rejects.toMatchObject({
        code: 'ledger.limit',
        data: { shortMinor: '1' },
      });
    });
  });
});
