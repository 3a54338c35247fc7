/**
 * What a treasury looks like from outside, in one question: all that the model knows of it, and a
 * digest that changes with any record but the audit's. It is asked after each step of a run.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Dialect, Reader } from '../../core/store/tx.ts';
import { digestOver, tablesOf } from './digest.ts';

/** Of each kind of record its lines by the id that the treasury gives it. */
export interface Seen {
  readonly digest: string;
  readonly lines: Readonly<Record<Kind, ReadonlyMap<string, string>>>;
}

const text = (column: string) => `coalesce(cast(${column} as text), '-')`;
const joined = (...parts: readonly string[]) => parts.join(` || ' ' || `);

/** From where, under which id, and what of it. Texts of people hold no line breaks here. */
const KINDS = {
  payouts: {
    from: 'payouts p',
    id: 'p.id',
    line: joined(
      'p.status',
      text('p.status_before'),
      text('p.version'),
      text('p.revision'),
      text('p.cycle'),
      text('p.attempts'),
      "case when p.settled_at_ms is null then 'unsettled' else 'settled' end",
      text('p.amount_minor'),
      'p.asset_id',
      text('p.due_at_ms'),
      'p.reference',
      text('p.statement_id'),
      'p.idempotency_key',
    ),
  },
  attempts: { from: 'payout_attempts a', id: `a.payout_id || ':' || cast(a.number as text)`, line: 'a.status' },
  approvals: {
    from: 'approvals a join payouts p on p.id = a.payout_id and p.revision = a.revision',
    where: 'a.voided_at_ms is null',
    id: `a.payout_id || ':' || a.staff_id`,
    line: text('a.expires_at_ms'),
  },
  balances: {
    from: 'accounts a join account_balances b on b.account_id = a.id',
    where: 'b.balance_minor <> 0',
    id: `a.entity || '|' || a.pool || '|' || a.asset_id`,
    line: text('b.balance_minor'),
  },
  lots: { from: 'credit_lots l', id: 'cast(l.id as text)', line: text('l.remaining_minor') },
  versions: { from: 'treasury_state v', where: 'v.version > 0', id: 'v.asset_id', line: text('v.version') },
  records: { from: 'provider_events e', id: 'e.event_id', line: text('e.outcome') },
  campaigns: {
    from: 'campaigns c',
    id: 'c.id',
    line: joined('c.status', text('c.spent_minor'), text('c.grants')),
  },
  charges: { from: 'charges c', id: 'c.id', line: text('c.paid_minor') },
  schedules: {
    from: 'payout_schedules s',
    id: 's.id',
    line: joined(
      's.status',
      text('s.version'),
      text('s.amount_minor'),
      text('s.due_at_ms'),
      text('s.on_guarantee'),
      text('s.retry_count'),
      text('s.last_retry_at_ms'),
      text('s.payout_id'),
      "case when s.deleted_at_ms is null then 'kept' else 'deleted' end",
    ),
  },
  escrows: {
    from: 'escrow_holds h',
    id: 'h.id',
    line: joined(
      'h.status',
      text('h.version'),
      text('h.amount_minor'),
      text('h.release_at_ms'),
      text('h.on_guarantee'),
      "case when h.deleted_at_ms is null then 'kept' else 'deleted' end",
    ),
  },
  placements: { from: 'placements q', id: 'q.id', line: text('q.guarantee_completion_date') },
  jobs: {
    from: 'jobs j',
    id: 'j.name',
    line: joined(text('j.next_run_at_ms'), text('j.lease_until_ms'), text('j.run'), text('j.failures')),
  },
  paused: { from: 'jobs j', where: 'j.paused_at_ms is not null', id: 'j.name', line: `'paused'` },
  runs: { from: 'job_history h', id: `h.name || ' ' || cast(h.run as text)`, line: `coalesce(h.outcome, 'open')` },
} as const satisfies Record<string, { from: string; where?: string; id: string; line: string }>;

export type Kind = keyof typeof KINDS;

const NAMES = Object.keys(KINDS) as readonly Kind[];
const LIST = { sqlite: 'group_concat(x.line, char(10))', postgres: 'string_agg(x.line, chr(10))' } as const;

export class Observer {
  readonly #reader: Reader;
  #query: RawBuilder<Record<string, string>> | null = null;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  async look(): Promise<Seen> {
    this.#query ??= queryOver(this.#reader.dialect, await tablesOf(this.#reader));
    const [row] = await this.#reader.rows(this.#query);
    if (!row) throw new Error('A select without a table gives one row');
    const lines = Object.fromEntries(NAMES.map((name) => [name, byId(row[name] ?? '')])) as Seen['lines'];
    return { digest: row.digest ?? '', lines };
  }
}

function byId(lines: string): ReadonlyMap<string, string> {
  if (lines === '') return new Map();
  return new Map(
    lines.split('\n').map((line) => {
      const end = line.indexOf('\t');
      return [line.slice(0, end), line.slice(end + 1)];
    }),
  );
}

function queryOver(dialect: Dialect, tables: readonly string[]): RawBuilder<Record<string, string>> {
  const tab = dialect === 'sqlite' ? 'char(9)' : 'chr(9)';
  const parts = NAMES.map((name) => {
    const kind: { from: string; where?: string; id: string; line: string } = KINDS[name];
    const where = kind.where === undefined ? '' : ` where ${kind.where}`;
    const inner = `select ${kind.id} || ${tab} || ${kind.line} as line from ${kind.from}${where}`;
    return `(select coalesce(${LIST[dialect]}, '') from (${inner}) x) as ${name}`;
  });
  return sql<Record<string, string>>`select ${sql.raw(digestOver(tables))} as digest, ${sql.raw(parts.join(', '))}`;
}
