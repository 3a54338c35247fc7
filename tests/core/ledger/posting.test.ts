import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { PayeeId } from '../../../core/ids/ids.ts';
import { type Account, obligationsAccount, openAccounts, payeeAccount } from '../../../core/ledger/accounts.ts';
import { balanceDrift, trialBalance } from '../../../core/ledger/balances.ts';
import { type LedgerDraft, post, postMany } from '../../../core/ledger/posting.ts';
import type { Tx, Writer } from '../../../core/store/tx.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, USD } from '../../support/treasury.ts';

const NOW = 1_767_600_000_000;
const payee = 'pye_one' as PayeeId;

async function accounts(tx: Tx): Promise<{ owed: Account; payee: Account; euro: Account }> {
  const [owed, one, euro] = await openAccounts(tx, NOW, [
    obligationsAccount(USD),
    payeeAccount(payee, USD),
    payeeAccount(payee, EUR),
  ]);
  if (!owed || !one || !euro) throw new Error('accounts are missing');
  return { owed, payee: one, euro };
}

const draft = (key: string, from: Account, to: Account, amountMinor: bigint): LedgerDraft => ({
  key,
  kind: 'obligation',
  postings: [
    { account: from, amountMinor: -amountMinor },
    { account: to, amountMinor },
  ],
});

async function balance(writer: Writer, account: Account): Promise<bigint> {
  const [row] = await writer.rows<{ balance_minor: bigint }>(
    sql`select balance_minor from account_balances where account_id = ${account.id}`,
  );
  return row?.balance_minor ?? 0n;
}

/** The same transaction, with its statements counted. */
function counted(tx: Tx): { readonly tx: Tx; statements(): number } {
  let count = 0;
  return {
    statements: () => count,
    tx: {
      ...tx,
      rows(query) {
        count += 1;
        return tx.rows(query);
      },
      run(statement) {
        count += 1;
        return tx.run(statement);
      },
    },
  };
}

forEachStore((name, open) => {
  describe('posting', () => {
    it('moves balances, and the books sum to zero', async () => {
      const writer = await open();
      const made = await writer.transaction(async (tx) => {
        const all = await accounts(tx);
        await post(tx, 'test', NOW, draft('one', all.owed, all.payee, 500n));
        await post(tx, 'test', NOW, draft('two', all.payee, all.owed, 120n));
        return all;
      });
      expect(await balance(writer, made.payee)).toBe(380n);
      expect(await balance(writer, made.owed)).toBe(-380n);
      expect((await trialBalance(writer)).totals).toEqual([{ assetId: USD, assetCode: 'USD', scale: 2, sumMinor: 0n }]);
      expect(await balanceDrift(writer)).toEqual([]);
    });

    it('gives the first result again for a key with the same content', async () => {
      const writer = await open();
      const [first, again, made] = await writer.transaction(async (tx) => {
        const all = await accounts(tx);
        const one = await post(tx, 'test', NOW, draft('same', all.owed, all.payee, 500n));
        const two = await post(tx, 'test', NOW + 5, draft('same', all.owed, all.payee, 500n));
        return [one, two, all] as const;
      });
      expect(again).toEqual({ id: first.id, replayed: true });
      expect(await balance(writer, made.payee)).toBe(500n);
    });

    it('refuses a key that was used for another content, and writes nothing', async () => {
      const writer = await open();
      const made = await writer.transaction(async (tx) => {
        const all = await accounts(tx);
        await post(tx, 'test', NOW, draft('same', all.owed, all.payee, 500n));
        return all;
      });
      const other = writer.transaction((tx) => post(tx, 'test', NOW, draft('same', made.owed, made.payee, 501n)));
      await expect(other).rejects.toMatchObject({ code: 'ledger.idempotency_mismatch', data: { key: 'same' } });
      expect(await balance(writer, made.payee)).toBe(500n);
    });

    it('mixes new and repeated keys in one batch without posting anything twice', async () => {
      const writer = await open();
      const result = await writer.transaction(async (tx) => {
        const { owed, payee: one } = await accounts(tx);
        await postMany(tx, 'test', NOW, [draft('a', owed, one, 1n), draft('b', owed, one, 2n)]);
        const batch = await postMany(tx, 'test', NOW, [
          draft('b', owed, one, 2n),
          draft('c', owed, one, 4n),
          draft('c', owed, one, 4n),
        ]);
        return { batch, one };
      });
      expect(result.batch.map((posted) => posted.replayed)).toEqual([true, false, true]);
      expect(result.batch[1]?.id).toBe(result.batch[2]?.id);
      expect(await balance(writer, result.one)).toBe(7n);
    });

    it('refuses postings that do not sum to zero in each asset', async () => {
      const writer = await open();
      const mixed = writer.transaction(async (tx) => {
        const all = await accounts(tx);
        // Sums to zero over both assets, but in neither.
        return post(tx, 'test', NOW, draft('mixed', all.payee, all.euro, 5n));
      });
      await expect(mixed).rejects.toMatchObject({ code: 'ledger.unbalanced' });
    });

    it('refuses to take more than an account holds, names it and says how much is short', async () => {
      const writer = await open();
      await writer.transaction(async (tx) => {
        const all = await accounts(tx);
        await post(tx, 'test', NOW, draft('in', all.owed, all.payee, 100n));
      });
      const tooMuch = writer.transaction(async (tx) => {
        const all = await accounts(tx);
        return post(tx, 'test', NOW, draft('out', all.payee, all.owed, 101n));
      });
      await expect(tooMuch).rejects.toMatchObject({
        code: 'ledger.limit',
        data: { entity: `payee:${payee}`, shortMinor: '1' },
      });
      expect((await trialBalance(writer)).entries).toBe(2);
    });

    // SQLite takes a hundred rows in a statement, which is quickest there; PostgreSQL takes them all.
    if (name === 'postgres') {
      it('takes no more statements for three thousand transactions than for ten', async () => {
        const writer = await open();
        const countOf = (size: number) =>
          writer.transaction(async (tx) => {
            const { owed, payee: one } = await accounts(tx);
            const counting = counted(tx);
            const drafts = Array.from({ length: size }, (_, index) => draft(`${size}-${index}`, owed, one, 1n));
            await postMany(counting.tx, 'test', NOW, drafts);
            return counting.statements();
          });
        const ten = await countOf(10);
        expect(ten).toBeLessThanOrEqual(6);
        expect(await countOf(3_000)).toBe(ten);
      });
    }

    it('keeps amounts exact up to the widest integer', async () => {
      const writer = await open();
      const huge = 9_223_372_036_854_775_807n;
      const made = await writer.transaction(async (tx) => {
        const all = await accounts(tx);
        await post(tx, 'test', NOW, draft('huge', all.owed, all.payee, huge));
        return all;
      });
      expect(await balance(writer, made.payee)).toBe(huge);
      expect(await balance(writer, made.owed)).toBe(-huge);
    });

    it('refuses what would be more than an account can hold, in either direction, and writes nothing', async () => {
      const writer = await open();
      const huge = 9_223_372_036_854_775_807n;
      const overflow = { code: 'ledger.overflow' };
      const all = await writer.transaction(async (tx) => {
        const made = await accounts(tx);
        await post(tx, 'test', NOW, draft('huge', made.owed, made.payee, huge));
        return made;
      });
      const posting = (drafts: readonly LedgerDraft[]) => writer.transaction((tx) => postMany(tx, 'test', NOW, drafts));
      await expect(posting([draft('more', all.owed, all.payee, 1n)])).rejects.toMatchObject(overflow);
      const together = [draft('one', all.payee, all.owed, huge), draft('two', all.payee, all.owed, huge)];
      await expect(posting(together)).rejects.toMatchObject(overflow);
      const wide = [draft('three', all.owed, all.payee, huge + 1n)];
      await expect(posting(wide)).rejects.toMatchObject(overflow);
      expect(await balance(writer, all.payee)).toBe(huge);
      expect(await balance(writer, all.owed)).toBe(-huge);
      expect(await balanceDrift(writer)).toEqual([]);
    });

    it('names the account that is short, not one of the batch that could pay', async () => {
      const writer = await open();
      const made = await writer.transaction(async (tx) => {
        const { owed, payee: rich } = await accounts(tx);
        const [poor] = await openAccounts(tx, NOW, [payeeAccount('pye_poor' as PayeeId, USD)]);
        if (!poor) throw new Error('accounts are missing');
        await postMany(tx, 'test', NOW, [draft('a', owed, rich, 100n), draft('b', owed, poor, 5n)]);
        return { owed, rich, poor };
      });
      // The first has moved by the time the second is found short, and could not move once more.
      const both = writer.transaction((tx) =>
        postMany(tx, 'test', NOW, [draft('c', made.rich, made.owed, 60n), draft('d', made.poor, made.owed, 7n)]),
      );
      await expect(both).rejects.toMatchObject({
        code: 'ledger.limit',
        data: { entity: 'payee:pye_poor', shortMinor: '2' },
      });
    });

    it.each(['ledger_transactions', 'ledger_postings', 'audit_entries'] as const)(
      'never changes a row of %s',
      async (table) => {
        const writer = await open();
        await writer.transaction(async (tx) => {
          const all = await accounts(tx);
          await post(tx, 'test', NOW, draft('one', all.owed, all.payee, 5n));
          await tx.run(sql`insert into audit_entries (seq, at_ms, actor, actor_name, role, host, correlation_id, action, outcome, subject, details, hash)
          values (1, 1, 'a', 'a', '', 'test', 'c', 'x', 'done', '', '{}', 'h')`);
        });
        const update = writer.transaction((tx) =>
          tx.run(
            sql.raw(
              `update ${table} set ${table === 'audit_entries' ? 'details' : table === 'ledger_postings' ? 'amount_minor' : 'actor'} = ${table === 'ledger_postings' ? '7' : "'x'"}`,
            ),
          ),
        );
        await expect(update).rejects.toThrow(/append only/);
        const remove = writer.transaction((tx) => tx.run(sql.raw(`delete from ${table}`)));
        await expect(remove).rejects.toThrow(/append only/);
      },
    );
  });
});
