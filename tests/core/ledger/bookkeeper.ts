/** Someone who only keeps books: commands of a job, a clock that is told the time, and what stands where. */
import { sql } from 'kysely';
import type { LedgerKind } from '../../../core/contract/ledger-records.ts';
import type { PayeeId } from '../../../core/ids/ids.ts';
import { type AccountSpec, obligationsAccount, openAccounts, payeeAccount } from '../../../core/ledger/accounts.ts';
import { post } from '../../../core/ledger/posting.ts';
import type { AssetId } from '../../../core/money/assets.ts';
import { perform, type Treasury, type Work } from '../../../core/store/command.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { testSecrets } from '../../support/secrets.ts';
import { clockAt, seededIds, TEST_START_MS, type TestClock } from '../../support/treasury.ts';

export const CREATOR = 'pye_creator' as PayeeId;
export const OTHER = 'pye_other' as PayeeId;

export interface Bookkeeper {
  readonly writer: Writer;
  readonly clock: TestClock;
  readonly treasury: Treasury;
  do<T>(useCase: (work: Work) => Promise<T>): Promise<T>;
  /** Makes a debt to somebody, so that there is something to move. */
  owe(payeeId: PayeeId, assetId: AssetId, amountMinor: bigint): Promise<bigint>;
  balance(spec: AccountSpec): Promise<bigint>;
  /** The postings of the newest transaction of a kind, as the table of what moves writes them. */
  moved(kind: LedgerKind): Promise<readonly string[]>;
}

export async function bookkeeper(writer: Writer, seed = 'books'): Promise<Bookkeeper> {
  const clock = clockAt(TEST_START_MS);
  const treasury: Treasury = { writer, clock, ids: seededIds(clock, seed), secrets: testSecrets() };
  const actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] } as const;
  const origin = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
  let counter = 0;
  await writer.transaction(async (tx) => {
    for (const id of [CREATOR, OTHER]) {
      await tx.run(sql`insert into payees (id, reference, name, email, status, created_at_ms, created_by)
        values (${id}, ${id}, ${id}, null, 'active', 0, 'test')`);
    }
  });
  const as: Bookkeeper['do'] = (useCase) => perform(treasury, { action: 'test', actor, origin }, useCase);
  return {
    writer,
    clock,
    treasury,
    do: as,
    owe(payeeId, assetId, amountMinor) {
      counter += 1;
      const key = `debt:${counter}`;
      return as(async (work) => {
        const [owed, payee] = await openAccounts(work.tx, work.nowMs, [
          obligationsAccount(assetId),
          payeeAccount(payeeId, assetId),
        ]);
        if (!owed || !payee) throw new Error('accounts are missing');
        work.audit({ action: 'test', subject: 'ledger' });
        const { id } = await post(work.tx, 'test', work.nowMs, {
          key,
          kind: 'obligation',
          postings: [
            { account: owed, amountMinor: -amountMinor },
            { account: payee, amountMinor },
          ],
        });
        return id;
      });
    },
    async balance({ entity, pool, assetId }) {
      const [row] = await writer.rows<{ balance: bigint }>(sql`
        select b.balance_minor as balance from accounts a join account_balances b on b.account_id = a.id
        where a.entity = ${entity} and a.pool = ${pool} and a.asset_id = ${assetId}`);
      return row?.balance ?? 0n;
    },
    async moved(kind) {
      const rows = await writer.rows<{ entity: string; pool: string; asset_id: string; amount_minor: bigint }>(sql`
        select a.entity, a.pool, a.asset_id, p.amount_minor from ledger_postings p join accounts a on a.id = p.account_id
        where p.transaction_id = (select max(id) from ledger_transactions where kind = ${kind}) order by p.leg`);
      return rows.map(
        (row) =>
          `${row.pool || row.entity} ${row.amount_minor > 0n ? '+' : '−'}${row.amount_minor < 0n ? -row.amount_minor : row.amount_minor} ${row.asset_id}`,
      );
    },
  };
}

/** The ends of calls made at the same time: how many were done, and the codes of the rest. */
export async function outcomes(
  calls: readonly Promise<unknown>[],
): Promise<{ done: number; refused: readonly string[] }> {
  const settled = await Promise.allSettled(calls);
  const refused = settled.flatMap((one) => {
    if (one.status === 'fulfilled') return [];
    const { code } = one.reason as { code?: unknown };
    if (typeof code !== 'string' || !code.includes('.')) throw one.reason;
    return [code];
  });
  return { done: settled.length - refused.length, refused };
}
