/**
 * A short text that changes with any record but the audit's: every table's count, and a sum over
 * the columns that change after a row was written.
 */
import { sql } from 'kysely';
import type { Reader } from '../../core/store/tx.ts';

const AUDIT = new Set(['audit_entries', 'audit_head']);

/** What of a row may change; of tables that are not named here rows only come and go. */
const CHANGING: Readonly<Record<string, string>> = {
  vault: 'coalesce(fenced_at_ms, 0) + coalesce(compared_at_ms, 0) + generation',
  account_balances: '(account_id * 1009 + 7) * balance_minor',
  credit_accounts: '(account_id * 1009 + 7) * (balance_minor + lots_minor)',
  credit_lots: 'id * remaining_minor',
  ledger_holds: "case status when 'open' then 0 else coalesce(closed_at_ms, 0) end",
  treasury_state: 'version',
  payees: 'version',
  destinations: 'coalesce(confirmed_at_ms, 0) + coalesce(retired_at_ms, 0)',
  payouts:
    'version * 31 + revision * 17 + cycle * 7 + attempts * 3 + coalesce(settled_at_ms, 0) + coalesce(length(statement_id), 0)',
  payout_attempts: 'length(status) + coalesce(ended_at_ms, 0) + coalesce(length(provider_reference), 0)',
  approvals: 'coalesce(voided_at_ms, 0)',
  acts: 'coalesce(done_at_ms, 0)',
  freezes: 'coalesce(lifted_at_ms, 0)',
  campaigns: 'spent_minor * 31 + grants * 7 + updated_at_ms + length(status)',
  campaign_accounts: 'spent_minor',
  discount_rules: 'coalesce(ended_at_ms, 0)',
  placements: 'updated_at_ms',
  payout_schedules: 'version * 31 + updated_at_ms + coalesce(deleted_at_ms, 0)',
  escrow_holds: 'version * 31 + updated_at_ms + coalesce(deleted_at_ms, 0)',
  jobs: 'run * 31 + next_run_at_ms + coalesce(lease_until_ms, 0) + coalesce(paused_at_ms, 0)',
  job_history: "coalesce(ended_at_ms, 0) + length(coalesce(outcome, ''))",
  statements: 'coalesce(deleted_at_ms, 0)',
  provider_events: 'coalesce(handled_at_ms, 0) + coalesce(length(outcome), 0)',
  sync_cursors: 'updated_at_ms + length(cursor)',
};

/** The tables in which two digests differ, as they were and are. */
export function differing(before: string, after: string): readonly string[] {
  const [was, is] = [before.split(', '), after.split(', ')];
  return was.flatMap((part, index) => (part === is[index] ? [] : [`${part} to ${is[index]}`]));
}

export async function tablesOf(reader: Reader): Promise<readonly string[]> {
  const catalogue =
    reader.dialect === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`
      : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`;
  const names = (await reader.rows(catalogue)).map(({ name }) => name).filter((name) => !AUDIT.has(name));
  const unknown = Object.keys(CHANGING).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`There are no tables ${unknown.join(', ')}`);
  return names.sort();
}

/** As an expression to be selected. */
export function digestOver(tables: readonly string[]): string {
  const part = (table: string) => {
    const changing = CHANGING[table];
    const sum = changing ? ` || '/' || cast(coalesce(sum(cast(${changing} as numeric)), 0) as text)` : '';
    return `(select '${table} ' || cast(count(*) as text)${sum} from ${table})`;
  };
  return tables.map(part).join(" || ', ' || ");
}
