import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { HoldId } from '../../../core/ids/ids.ts';
import { obligationsAccount, payeeAccount, reserveHeld } from '../../../core/ledger/accounts.ts';
import { closeHold, openHold } from '../../../core/ledger/holds.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, USD } from '../../support/treasury.ts';
import { bookkeeper, CREATOR, outcomes } from './bookkeeper.ts';

const HOLD = { holdId: 'hld_one' as HoldId, payeeId: CREATOR, assetId: USD, amountMinor: 300n };

forEachStore((_name, open) => {
  const held = async () => {
    const books = await bookkeeper(await open());
    await books.owe(CREATOR, USD, 1_000n);
    await books.do((work) => openHold(work, HOLD));
    return books;
  };

  describe('a hold', () => {
    it('is one hold however often it is asked for, and nothing else under its id', async () => {
      const books = await held();
      expect(await books.do((work) => openHold(work, HOLD))).toEqual({ replayed: true });
      await expect(books.do((work) => openHold(work, { ...HOLD, amountMinor: 301n }))).rejects.toMatchObject({
        code: 'ledger.idempotency_mismatch',
      });
      expect(await books.balance(reserveHeld(USD))).toBe(300n);
    });

    it('takes no more than the payee is owed, in that asset', async () => {
      const books = await held();
      const more = books.do((work) => openHold(work, { ...HOLD, holdId: 'hld_two' as HoldId, amountMinor: 701n }));
      await expect(more).rejects.toMatchObject({ code: 'ledger.limit', data: { shortMinor: '1' } });
      const euro = books.do((work) =>
        openHold(work, { ...HOLD, holdId: 'hld_two' as HoldId, assetId: EUR, amountMinor: 1n }),
      );
      await expect(euro).rejects.toMatchObject({ code: 'ledger.limit' });
      expect(await brokenInvariants(books.writer)).toEqual([]);
    });

    it('ends once: twenty who release and cancel it at the same time move it once', async () => {
      const books = await held();
      const { done, refused } = await outcomes(
        Array.from({ length: 20 }, (_, index) =>
          books.do((work) => closeHold(work, HOLD.holdId, index % 2 === 0 ? 'release' : 'cancel')),
        ),
      );
      expect(done).toBe(1);
      expect(new Set(refused)).toEqual(new Set(['hold.closed']));
      expect(await books.balance(reserveHeld(USD))).toBe(0n);
      const owed = await books.balance(payeeAccount(CREATOR, USD));
      expect(owed).toBe(-(await books.balance(obligationsAccount(USD))));
      expect(await brokenInvariants(books.writer)).toEqual([]);
    });

    it('tells whoever comes late how it ended', async () => {
      const books = await held();
      await books.do((work) => closeHold(work, HOLD.holdId, 'cancel'));
      await expect(books.do((work) => closeHold(work, HOLD.holdId, 'release'))).rejects.toMatchObject({
        code: 'hold.closed',
        data: { status: 'cancelled' },
      });
      await expect(books.do((work) => closeHold(work, 'hld_none' as HoldId, 'release'))).rejects.toMatchObject({
        code: 'hold.unknown',
      });
    });

    it.each([
      'update ledger_holds set amount_minor = 1',
      "update ledger_holds set payee_id = 'pye_other'",
      "update ledger_holds set status = 'open', closed_at_ms = null",
      'delete from ledger_holds',
    ])('that is closed stays what it was: "%s" is refused', async (statement) => {
      const books = await held();
      await books.do((work) => closeHold(work, HOLD.holdId, 'release'));
      await expect(books.writer.transaction((tx) => tx.run(sql.raw(statement)))).rejects.toThrow(/keeps what it/);
    });
  });
});
