import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { PayeeId } from '../../core/ids/ids.ts';
import { payeeAccount } from '../../core/ledger/accounts.ts';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import { reverseTransaction } from '../../core/ledger/reversal.ts';
import { spendCredits } from '../../core/ledger/spending.ts';
import { systemAccounts } from '../../core/ledger/system-accounts.ts';
import { assetId, CREDITS } from '../../core/money/assets.ts';
import { perform } from '../../core/store/command.ts';
import type { Tx } from '../../core/store/tx.ts';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { testSecrets } from '../support/secrets.ts';
import { forEachStore } from '../support/stores.ts';
import { clockAt, seededIds, USD } from '../support/treasury.ts';

const EVE = 'pye_eve' as PayeeId;
const XLM = assetId('stellar:testnet:native');

/** Debts in dollars and in credits, an asset added as data, and accounts opened by first use. */
async function earlierRows(tx: Tx): Promise<void> {
  for (const statement of [
    `insert into payees (id, reference, name, status, created_at_ms, created_by) values ('${EVE}', 'E-1', 'Eve', 'active', 5, 'test')`,
    `insert into assets (id, code, scale, network, issuer, minimum_payout_minor) values ('${XLM}', 'XLM', 7, 'stellar:testnet', null, 1)`,
    `insert into accounts (id, entity, name, pool, asset_id, created_at_ms) values
      (1, 'treasury:obligations', null, '', 'iso:USD', 5), (2, 'payee:${EVE}', null, '', 'iso:USD', 5),
      (3, 'treasury:obligations', null, '', 'credit:micro', 5), (4, 'payee:${EVE}', null, '', 'credit:micro', 5)`,
    `insert into account_balances (account_id, balance_minor, may_go_negative) values (1, -900, 1), (2, 900, 0), (3, -70, 1), (4, 70, 0)`,
    `insert into ledger_transactions (id, key, payload_hash, kind, effective_at_ms, recorded_at_ms, actor) values
      (1, 'obligation:usd', 'h', 'obligation', 5, 6, 'test'), (2, 'obligation:credits', 'h', 'obligation', 5, 6, 'test')`,
    `insert into ledger_postings (transaction_id, leg, account_id, amount_minor) values (1, 0, 1, -900), (1, 1, 2, 900), (2, 0, 3, -70), (2, 1, 4, 70)`,
  ]) {
    await tx.run(sql.raw(statement));
  }
  if (tx.dialect === 'postgres') {
    await tx.run(sql`select setval('account_ids', 4), setval('ledger_transaction_ids', 2)`);
  }
}

forEachStore((_name, open) => {
  const migrated = async () => {
    const store = await open({ migrations: migrations.slice(0, 2) });
    await store.transaction(earlierRows);
    await migrate(store, migrations, { nowMs: 10, beforeChangingRecords: async () => undefined });
    return store;
  };

  describe('the complete ledger', () => {
    it('keeps what was there, and its books hold', async () => {
      const store = await migrated();
      expect(await store.rows(sql`select key, reference, reason from ledger_transactions order by id`)).toEqual([
        { key: 'obligation:usd', reference: null, reason: null },
        { key: 'obligation:credits', reference: null, reason: null },
      ]);
      expect(
        await store.rows(sql`select balance_minor from account_balances where account_id <= 4 order by account_id`),
      ).toEqual([-900n, 900n, -70n, 70n].map((balance_minor) => ({ balance_minor })));
      expect(await brokenInvariants(store)).toEqual([]);
    });

    it.each([USD, CREDITS, XLM])('opens the system accounts of %s that were not there yet', async (asset) => {
      const store = await migrated();
      const rows = await store.rows<{ entity: string; pool: string; may_go_negative: bigint }>(sql`
        select a.entity, a.pool, b.may_go_negative from accounts a join account_balances b on b.account_id = a.id
        where a.asset_id = ${asset} and a.entity like 'treasury%'`);
      const spelled = (entity: string, pool: string, mayGoNegative: boolean) => `${entity} ${pool} ${mayGoNegative}`;
      expect(rows.map((row) => spelled(row.entity, row.pool, row.may_go_negative === 1n)).sort()).toEqual(
        systemAccounts(asset)
          .map((spec) => spelled(spec.entity, spec.pool, spec.mayGoNegative))
          .sort(),
      );
    });

    it('gives credits that were owed a lot, from which they are spent', async () => {
      const store = await migrated();
      expect(
        await store.rows(sql`select account_id, source, amount_minor, remaining_minor, expires_at_ms from credit_lots`),
      ).toEqual([{ account_id: 4n, source: 'balance', amount_minor: 70n, remaining_minor: 70n, expires_at_ms: null }]);
      const clock = clockAt(20);
      const treasury = { writer: store, clock, ids: seededIds(clock, 'migration'), secrets: testSecrets() };
      const command = {
        action: 'test',
        actor: { kind: 'job', id: 'job:test', name: 'test', roles: [] } as const,
        origin: { host: 'test', ip: null, userAgent: null, correlationId: 'test' },
      };
      const { taken } = await perform(treasury, command, (work) =>
        spendCredits(work, { key: 's', payeeId: EVE, amountMinor: 30n, reference: 'charge:1' }),
      );
      expect(taken.map((part) => part.amountMinor)).toEqual([30n]);
      await perform(treasury, command, (work) => reverseTransaction(work, 1n, 'Never owed.'));
      const { entity, assetId: asset } = payeeAccount(EVE, USD);
      expect(
        await store.rows(sql`select b.balance_minor from accounts a join account_balances b on b.account_id = a.id
        where a.entity = ${entity} and a.asset_id = ${asset}`),
      ).toEqual([{ balance_minor: 0n }]);
      expect(await brokenInvariants(store)).toEqual([]);
    });
  });
});
