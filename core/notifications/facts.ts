/**
 * What the words of a notification are made of, read when the event is followed. A record that is
 * gone by then leaves its words with what the event itself says.
 */
import { sql } from 'kysely';
import type { CanonicalValue } from '../canonical/canonical.ts';
import { amountIn } from '../money/minor.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';

export interface OutboxEvent {
  readonly seq: bigint;
  readonly atMs: number;
  readonly name: string;
  readonly subject: string;
  readonly payload: { readonly [key: string]: CanonicalValue };
}

export interface Facts {
  /** For words. */
  readonly said: Readonly<Record<string, string>>;
  /** Whose doing it is, where it concerns them. */
  readonly requester: string | null;
  /** Who need not be told, because it was them. */
  readonly by: string | null;
}

export type FactsBySubject = ReadonlyMap<string, Facts>;

const NOTHING: Facts = { said: {}, requester: null, by: null };

/** Everything about these subjects, each kind of record in one question. */
export async function readFacts(reader: Reader, subjects: readonly string[]): Promise<FactsBySubject> {
  const byPrefix = Map.groupBy(new Set(subjects), (subject) => subject.slice(0, subject.indexOf(':')));
  const found = new Map<string, Facts>();
  for (const [prefix, read] of Object.entries(READERS)) {
    const ids = (byPrefix.get(prefix) ?? []).map((subject) => subject.slice(prefix.length + 1));
    if (ids.length === 0) continue;
    for (const { id, ...facts } of await read(reader, ids)) found.set(`${prefix}:${id}`, { ...NOTHING, ...facts });
  }
  return found;
}

export const factsOf = (facts: FactsBySubject, subject: string): Facts => facts.get(subject) ?? NOTHING;

type Found = { readonly id: string } & Partial<Facts>;
type Read = (reader: Reader, ids: readonly string[]) => Promise<readonly Found[]>;

const idRows = (reader: Reader, ids: readonly string[]) =>
  jsonRows(
    reader.dialect,
    { id: 'text' },
    ids.map((id) => ({ id })),
  );

const amountText = ({ amount_minor, scale, code }: { amount_minor: bigint; scale: bigint; code: string }) =>
  `${amountIn('en', amount_minor, Number(scale))} ${code}`;

const payouts: Read = async (reader, ids) => {
  const rows = await reader.rows<{
    id: string;
    reference: string;
    rail: string;
    requested_by: string;
    failed_reason: string | null;
    amount_minor: bigint;
    scale: bigint;
    code: string;
    payee: string;
  }>(sql`
    select p.id, p.reference, p.rail, p.requested_by, p.failed_reason, p.amount_minor, a.scale, a.code, y.name as payee
    from ${idRows(reader, ids)} as w join payouts p on p.id = w.id
    join assets a on a.id = p.asset_id join payees y on y.id = p.payee_id`);
  return rows.map((row) => ({
    id: row.id,
    said: {
      payee: row.payee,
      reference: row.reference,
      rail: row.rail,
      amount: amountText(row),
      ...(row.failed_reason === null ? {} : { reason: row.failed_reason }),
    },
    requester: row.requested_by,
  }));
};

const schedules: Read = async (reader, ids) => {
  const rows = await reader.rows<{
    id: string;
    reference: string;
    written_by: string;
    failure_reason: string | null;
    amount_minor: bigint;
    scale: bigint;
    code: string;
    payee: string;
  }>(sql`
    select s.id, s.reference, s.written_by, s.failure_reason, s.amount_minor, a.scale, a.code, y.name as payee
    from ${idRows(reader, ids)} as w join payout_schedules s on s.id = w.id
    join assets a on a.id = s.asset_id join payees y on y.id = s.payee_id`);
  return rows.map((row) => ({
    id: row.id,
    said: {
      payee: row.payee,
      reference: row.reference,
      amount: amountText(row),
      ...(row.failure_reason === null ? {} : { reason: row.failure_reason }),
    },
    requester: row.written_by,
  }));
};

const payees: Read = async (reader, ids) => {
  const rows = await reader.db.selectFrom('payees').select(['id', 'name']).where('id', 'in', ids).execute();
  return rows.map(({ id, name }) => ({ id, said: { payee: name } }));
};

const freezes: Read = async (reader, ids) => {
  const rows = await reader.rows<{
    id: string;
    scope: string;
    target: string;
    reason: string;
    frozen_by: string;
    name: string | null;
    payee: string | null;
  }>(sql`
    select f.id, f.scope, f.target, f.reason, f.frozen_by, s.name, y.name as payee
    from ${idRows(reader, ids)} as w join freezes f on f.id = w.id
    left join staff s on s.id = f.frozen_by left join payees y on y.id = f.target and f.scope = 'payee'`);
  return rows.map((row) => ({
    id: row.id,
    said: { scope: row.scope, target: row.payee ?? row.target, reason: row.reason, who: row.name ?? row.frozen_by },
    by: row.frozen_by,
  }));
};

const staff: Read = async (reader, ids) => {
  const rows = await reader.db.selectFrom('staff').select(['id', 'name']).where('id', 'in', ids).execute();
  // Who it is about knows, or learns it from somebody.
  return rows.map(({ id, name }) => ({ id, said: { person: name }, by: id }));
};

const alerts: Read = async (reader, ids) => {
  const rows = await reader.db
    .selectFrom('alerts')
    .select(['id', 'rule', 'severity', 'subject'])
    .where('id', 'in', ids)
    .execute();
  return rows.map(({ id, rule, severity, subject }) => ({ id, said: { rule, severity, about: subject } }));
};

const webhooks: Read = async (reader, ids) => {
  const rows = await reader.db
    .selectFrom('webhook_endpoints')
    .select(['id', 'url', 'description', 'disabled_because'])
    .where('id', 'in', ids)
    .execute();
  return rows.map(({ id, url, description, disabled_because }) => ({
    id,
    said: {
      host: new URL(url).host,
      description,
      ...(disabled_because === null ? {} : { reason: disabled_because }),
    },
  }));
};

const mails: Read = async (reader, ids) => {
  const rows = await reader.db.selectFrom('mails').select(['id', 'subject', 'answer']).where('id', 'in', ids).execute();
  return rows.map(({ id, subject, answer }) => ({ id, said: { mail: subject, reason: answer ?? '' } }));
};

const rails: Read = async (_reader, ids) => ids.map((rail) => ({ id: rail, said: { rail } }));
const services: Read = async (_reader, ids) => ids.map((service) => ({ id: service, said: { service } }));

const READERS: Readonly<Record<string, Read>> = {
  payout: payouts,
  schedule: schedules,
  payee: payees,
  freeze: freezes,
  staff,
  alert: alerts,
  webhook: webhooks,
  mail: mails,
  rail: rails,
  service: services,
};
