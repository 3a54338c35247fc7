/**
 * Payouts that name a statement never ask for more than its total. Whoever claims holds the
 * statement for the rest of the transaction, so twenty claims at once are twenty in a row.
 */
import { sql } from 'kysely';
import type { Work } from '../store/command.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Tx } from '../store/tx.ts';
import { otherAsset, otherPayee, statementExceeded, unknownStatement } from './errors.ts';

export interface StatementClaim {
  readonly statementId: string;
  readonly payeeId: string;
  readonly assetId: string;
  readonly amountMinor: bigint;
  /** The payout that claims, if it is written already: it does not count beside itself. */
  readonly exceptPayoutId?: string | undefined;
}

export function claimFromStatement(work: Work, claim: StatementClaim): Promise<void> {
  return claimFromStatements(work, [claim]);
}

/** All of them or none, in the transaction that writes the payouts. */
export async function claimFromStatements(work: Work, claims: readonly StatementClaim[]): Promise<void> {
  if (claims.length === 0) return;
  const statements = await held(work.tx, [...new Set(claims.map(({ statementId }) => statementId))]);
  const except = claims.flatMap(({ exceptPayoutId }) => exceptPayoutId ?? []);
  const claimed = await claimedFrom(work.tx, [...statements.keys()], except);
  for (const claim of claims) {
    const statement = statements.get(claim.statementId);
    if (statement?.status !== 'open') throw unknownStatement(claim.statementId);
    if (statement.payee_id !== claim.payeeId) throw otherPayee(claim.statementId, claim.payeeId);
    if (statement.asset_id !== claim.assetId) throw otherAsset(claim.statementId, claim.assetId);
    const before = claimed.get(claim.statementId) ?? 0n;
    const leftMinor = statement.total_minor - before;
    if (claim.amountMinor > leftMinor) throw statementExceeded(claim.statementId, statement.total_minor, leftMinor);
    claimed.set(claim.statementId, before + claim.amountMinor);
  }
}

export interface HeldStatement {
  readonly id: string;
  readonly reference: string;
  readonly payee_id: string;
  readonly asset_id: string;
  readonly total_minor: bigint;
  readonly status: 'open' | 'deleted';
}

/** The statements, kept from being claimed or deleted by others until the transaction ends. */
export async function held(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, HeldStatement>> {
  const wanted = jsonRows(
    tx.dialect,
    { id: 'text' },
    ids.map((id) => ({ id })),
  );
  // In one order, so that two batches wait for each other instead of deadlocking. SQLite has one writer.
  const lock = tx.dialect === 'postgres' ? sql`for update of s` : sql``;
  const { rows } = await tx.run<HeldStatement>(sql`
    select s.id, s.reference, s.payee_id, s.asset_id, s.total_minor, s.status
    from ${wanted} as w join statements s on s.id = w.id order by s.id ${lock}`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** What payouts ask for already, per statement. Failed and cancelled ones ask for nothing. */
export async function claimedFrom(
  tx: Tx,
  statementIds: readonly string[],
  exceptPayoutIds: readonly string[] = [],
): Promise<Map<string, bigint>> {
  const list = (ids: readonly string[]) =>
    jsonRows(
      tx.dialect,
      { id: 'text' },
      ids.map((id) => ({ id })),
    );
  const rows = await tx.rows<{ statement_id: string; claimed: bigint }>(sql`
    select p.statement_id, cast(sum(p.amount_minor) as bigint) as claimed
    from ${list(statementIds)} as w join payouts p on p.statement_id = w.id
    where p.status not in ('failed', 'cancelled') and p.id not in (select e.id from ${list(exceptPayoutIds)} as e)
    group by p.statement_id`);
  return new Map(rows.map((row) => [row.statement_id, row.claimed]));
}
