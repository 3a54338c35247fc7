/** Each invariant is broken once, behind the ledger's back, and has to be noticed. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { HoldId } from '../../../core/ids/ids.ts';
import { openHold } from '../../../core/ledger/holds.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { mintLots } from '../../../core/ledger/lots.ts';
import type { Tx, Writer } from '../../../core/store/tx.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury, USD } from '../../support/treasury.ts';
import { bookkeeper, CREATOR } from './bookkeeper.ts';

const transaction = (tx: Tx, id: number, kind: string, payoutId: string | null = null) =>
  tx.run(sql`
    insert into ledger_transactions (id, key, payload_hash, kind, effective_at_ms, recorded_at_ms, actor, payout_id, cycle)
    values (${BigInt(id)}, ${`forged:${id}`}, '', ${kind}, 0, 0, 'nobody', ${payoutId}, 1)`);

const posting = (tx: Tx, id: number, leg: number, entity: string, pool: string, amount: number) =>
  tx.run(sql`
    insert into ledger_postings (transaction_id, leg, account_id, amount_minor)
    select ${BigInt(id)} + 0, ${BigInt(leg)} + 0, id, ${BigInt(amount)} + 0 from accounts
    where entity = ${entity} and pool = ${pool} and asset_id = 'iso:USD'`);

const keep = (tx: Tx, entity: string, pool: string, amount: number) =>
  tx.run(sql`
    update account_balances set balance_minor = balance_minor + ${BigInt(amount)} where account_id =
      (select id from accounts where entity = ${entity} and pool = ${pool} and asset_id = 'iso:USD')`);

/** Moves between two accounts so that everything but the meaning is right. */
async function forge(
  tx: Tx,
  id: number,
  kind: string,
  from: [string, string],
  to: [string, string],
  payoutId: string | null = null,
) {
  await transaction(tx, id, kind, payoutId);
  await posting(tx, id, 0, ...from, -5);
  await posting(tx, id, 1, ...to, 5);
  await keep(tx, ...from, -5);
  await keep(tx, ...to, 5);
}

forEachStore((_name, open) => {
  const sound = async () => {
    const books = await bookkeeper(await open());
    await books.owe(CREATOR, USD, 100n);
    await books.do((work) =>
      openHold(work, { holdId: 'hld_one' as HoldId, payeeId: CREATOR, assetId: USD, amountMinor: 10n }),
    );
    await books.do((work) => mintLots(work, [{ key: 'm', payeeId: CREATOR, amountMinor: 50n, source: 'purchase:1' }]));
    expect(await brokenInvariants(books.writer)).toEqual([]);
    return books.writer;
  };
  const brokenAfter = async (writer: Writer, tamper: (tx: Tx) => Promise<unknown>) => {
    await writer.transaction(tamper);
    return brokenInvariants(writer);
  };

  describe('it is noticed when', () => {
    it('postings do not sum to zero', async () => {
      const broken = await brokenAfter(await sound(), async (tx) => {
        await transaction(tx, 900, 'adjustment');
        await posting(tx, 900, 0, 'treasury:bank', '', 7);
        await keep(tx, 'treasury:bank', '', 7);
      });
      expect(broken).toEqual([
        'The postings in iso:USD sum to 7, not zero.',
        'Transaction 900 does not balance: its postings in one asset sum to 7.',
      ]);
    });

    it('a transaction has no postings', async () => {
      expect(await brokenAfter(await sound(), (tx) => transaction(tx, 900, 'adjustment'))).toEqual([
        'Transaction 900 has no postings.',
      ]);
    });

    it('a kept balance is not the sum of its entries', async () => {
      const broken = await brokenAfter(await sound(), (tx) => keep(tx, 'treasury:bank', '', 3));
      expect(broken).toEqual([expect.stringMatching(/^Account \d+ keeps 3, but its entries say 0\.$/)]);
    });

    it('an account has lost its balance', async () => {
      const broken = await brokenAfter(await sound(), (tx) =>
        tx.run(
          sql`delete from account_balances where account_id = (select min(id) from accounts where entity = 'treasury:bank')`,
        ),
      );
      expect(broken).toEqual([expect.stringMatching(/^Account \d+ has no balance\.$/)]);
    });

    it('an account stands below its limit', async () => {
      const broken = await brokenAfter(await sound(), async (tx) => {
        // The limit came after the debt, so that the database had nothing to refuse.
        await forge(tx, 900, 'adjustment', ['treasury:fees', ''], ['treasury:bank', '']);
        await tx.run(
          tx.dialect === 'postgres'
            ? sql`alter table account_balances drop constraint account_balances_check`
            : sql`pragma ignore_check_constraints = on`,
        );
        await tx.run(sql`update account_balances set may_go_negative = 0 where account_id =
          (select id from accounts where entity = 'treasury:fees' and asset_id = 'iso:USD')`);
      });
      expect(broken).toEqual([expect.stringMatching(/^Account \d+ stands at -5 and may not go below zero\.$/)]);
    });

    it('lots are not worth the balance, or not what their moves left', async () => {
      const broken = await brokenAfter(await sound(), async (tx) => {
        await tx.run(sql`update credit_lots set remaining_minor = 40`);
        await tx.run(sql`update credit_accounts set lots_minor = 50`);
      });
      expect(broken).toEqual([
        expect.stringMatching(/^The lots of account \d+ hold 40, but its balance is 50\.$/),
        expect.stringMatching(/^Lot \d+ has 40 left, but its moves leave 50\.$/),
      ]);
    });

    it('escrow holds what no payout is in', async () => {
      const broken = await brokenAfter(await sound(), (tx) =>
        forge(tx, 900, 'adjustment', ['treasury:bank', ''], ['treasury', 'withdrawal:pending']),
      );
      expect(broken).toEqual(['In iso:USD, 5 is held in escrow, but payouts in an open cycle come to 0.']);
    });

    it('the reserve holds what no hold is for', async () => {
      const broken = await brokenAfter(await sound(), (tx) =>
        forge(tx, 900, 'adjustment', ['treasury', 'reserve:held'], ['treasury:bank', '']),
      );
      expect(broken).toEqual(['In iso:USD, 5 is in reserve, but open holds come to 10.']);
    });

    it.each(['escrow_release', 'settlement'])('one cycle of a payout has two of %s', async (kind) => {
      const broken = await brokenAfter(await sound(), async (tx) => {
        await forge(tx, 900, kind, ['treasury:fees', ''], ['treasury:bank', ''], 'pay_one');
        await forge(tx, 901, kind, ['treasury:fees', ''], ['treasury:bank', ''], 'pay_one');
      });
      expect(broken).toEqual([`Payout pay_one ${kind} of cycle 1 is in the books 2 times.`]);
    });

    it('a payout is in a state that its cycles are not in', async () => {
      const t = await testTreasury(await open());
      const payout = await t.request(t.ada, await t.addPayee('Eve'));
      const broken = await brokenAfter(t.treasury.writer, (tx) => tx.run(sql`update payouts set status = 'approved'`));
      expect(broken).toEqual([
        `In iso:USD, 0 is held in escrow, but payouts in an open cycle come to ${payout.amountMinor}.`,
        `Payout ${payout.id} has 0 open cycles where its state has 1.`,
      ]);
    });

    it('much is broken, without a sentence for each', async () => {
      const broken = await brokenAfter(await sound(), async (tx) => {
        for (let id = 900; id < 930; id++) await transaction(tx, id, 'adjustment');
      });
      expect(broken).toHaveLength(21);
      expect(broken.at(-1)).toBe('… and 10 more like the last.');
    });
  });
});
