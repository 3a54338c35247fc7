/** Kept balances made the sums of their entries again. The entries are what counts. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Work } from '../store/command.ts';
import { balanceDrift } from './balances.ts';
import { limitReached } from './errors.ts';

export interface Rebuilt {
  readonly accounts: number;
  readonly corrected: readonly {
    readonly accountId: bigint;
    readonly keptMinor: bigint;
    readonly entriesMinor: bigint;
  }[];
}

/** The audit entry spells out so many corrections; the hash covers all of them. */
const AUDITED_MAX = 50;

export async function rebuildBalances(work: Work): Promise<Rebuilt> {
  const { tx } = work;
  // Whoever is posting has a balance locked: wait for them, and hold off those who come later.
  if (tx.dialect === 'postgres')
    await tx.run(sql`select account_id from account_balances order by account_id for update`);
  const drift = await balanceDrift(tx);
  await refuseImpossible(work);
  await tx.run(sql`
    update account_balances set balance_minor = s.total
    from (select b.account_id, cast(coalesce(sum(p.amount_minor), 0) as bigint) as total
          from account_balances b left join ledger_postings p on p.account_id = b.account_id group by b.account_id) as s
    where s.account_id = account_balances.account_id and account_balances.balance_minor <> s.total`);
  const [count] = await tx.rows<{ n: bigint }>(sql`select count(*) as n from account_balances`);
  const accounts = Number(count?.n ?? 0n);
  const corrections = drift.map(({ accountId, keptMinor, entriesMinor }) => ({
    accountId: accountId.toString(),
    keptMinor: keptMinor.toString(),
    entriesMinor: entriesMinor.toString(),
  }));
  work.audit({
    action: 'ledger.rebuild',
    subject: 'ledger',
    details: {
      accounts,
      corrected: corrections.length,
      first: corrections.slice(0, AUDITED_MAX),
      hash: createHash('sha256').update(JSON.stringify(corrections)).digest('hex'),
    },
  });
  if (drift.length > 0) work.emit({ name: 'ledger.rebuilt', subject: 'ledger', payload: { corrected: drift.length } });
  return { accounts, corrected: drift };
}

/** Entries that break an account's limit were not written by the ledger; no balance can be kept of them. */
async function refuseImpossible(work: Work): Promise<void> {
  const [row] = await work.tx.rows<{ entity: string; pool: string; asset_id: string; total: bigint }>(sql`
    select a.entity, a.pool, a.asset_id, cast(sum(p.amount_minor) as bigint) as total
    from ledger_postings p join accounts a on a.id = p.account_id join account_balances b on b.account_id = a.id
    where b.may_go_negative = 0 group by a.id, a.entity, a.pool, a.asset_id having sum(p.amount_minor) < 0 limit 1`);
  if (row) throw limitReached(row.entity, row.pool, row.asset_id, -row.total);
}
