/**
 * Holds what the rules find against the alerts that are open: what is new is raised, what is gone is
 * cleared, and what lasts is kept as it is now. Raising and clearing are news, written in the log and
 * told to whoever listens; that an alert's figures moved is not.
 */
import { sql } from 'kysely';
import { canonical } from '../canonical/canonical.ts';
import type { AlertRule } from '../contract/alerts.ts';
import type { AlertId } from '../ids/ids.ts';
import type { Driver } from '../jobs/driver.ts';
import { perform, type Work } from '../store/command.ts';
import { Overtaken } from '../store/overtaken.ts';
import { timeNow } from '../store/steady-clock.ts';
import type { Reader, Tx } from '../store/tx.ts';
import type { Finding, Look, Rule } from './rules/finding.ts';
import * as machinery from './rules/machinery.ts';
import * as payouts from './rules/payouts.ts';
import * as rails from './rules/rails.ts';
import * as treasury from './rules/treasury.ts';
import { readThresholds } from './thresholds.ts';

const RULES: readonly Rule[] = [
  ...Object.values(payouts),
  ...Object.values(treasury),
  ...Object.values(rails),
  ...Object.values(machinery),
];

/** Critical: money does not move, moves wrongly, or could be lost. Warning: it will come to that. */
const SEVERITY: Readonly<Record<AlertRule, 'critical' | 'warning'>> = {
  payouts_stuck: 'critical',
  payouts_waiting: 'warning',
  failure_rate: 'critical',
  provider_unhealthy: 'critical',
  sync_lag: 'warning',
  records_dead: 'warning',
  released_elsewhere: 'critical',
  quarantine_ageing: 'warning',
  treasury_low: 'warning',
  treasury_short: 'critical',
  device_unhealthy: 'warning',
  job_failing: 'warning',
  job_late: 'critical',
  clock_behind: 'critical',
  backup_old: 'critical',
  outbox_stuck: 'warning',
  delivery_failing: 'warning',
  trust_broken: 'critical',
};

export type Surroundings = Pick<Look, 'sync' | 'jobs' | 'readings'>;

export interface Watched {
  readonly raised: number;
  readonly cleared: number;
  readonly open: number;
}

interface Open {
  readonly id: string;
  readonly rule: AlertRule;
  readonly subject: string;
  readonly facts: string;
  readonly since_ms: bigint;
  readonly raised_at_ms: bigint;
  readonly snoozed_until_ms: bigint | null;
}

interface Update {
  readonly alert: Open;
  readonly finding: Finding;
}

/** Everything that the rules find now. */
export async function findings(reader: Reader, nowMs: number, around: Surroundings): Promise<readonly Finding[]> {
  const look: Look = { reader, nowMs, ...(await readThresholds(reader)), ...around };
  const found: Finding[] = [];
  for (const rule of RULES) found.push(...(await rule(look)));
  return found;
}

export async function watch(driver: Driver, around: Surroundings): Promise<Watched> {
  const { treasury: open } = driver;
  const nowMs = await timeNow(open.writer, open.clock);
  const found = await findings(open.writer, nowMs, around);
  const alerts = await openAlerts(open.writer);
  const { raise, clear, remind, update } = compare(alerts, found, nowMs);
  if (raise.length + clear.length + remind.length > 0) {
    await perform(open, driver, async (work) => {
      for (const finding of raise) await raiseAlert(work, finding);
      for (const alert of clear) await clearAlert(work, alert);
      for (const alert of remind) await remindOf(work, alert);
    });
  }
  if (update.length > 0) await open.writer.transaction((tx) => keepFacts(tx, update, nowMs));
  return { raised: raise.length, cleared: clear.length, open: found.length };
}

const keyOf = (rule: AlertRule, subject: string) => `${rule} ${subject}`;

function compare(alerts: readonly Open[], found: readonly Finding[], nowMs: number) {
  const byKey = new Map(alerts.map((alert) => [keyOf(alert.rule, alert.subject), alert]));
  const still = new Set<string>();
  const raise: Finding[] = [];
  const update: Update[] = [];
  for (const finding of found) {
    const key = keyOf(finding.facts.rule, finding.subject);
    still.add(key);
    const alert = byKey.get(key);
    if (!alert) raise.push(finding);
    else if (alert.facts !== canonical(finding.facts) || sinceOf(alert, finding) !== alert.since_ms)
      update.push({ alert, finding });
  }
  const lasting = alerts.filter(({ rule, subject }) => still.has(keyOf(rule, subject)));
  return {
    raise,
    update,
    clear: alerts.filter((alert) => !lasting.includes(alert)),
    remind: lasting.filter(({ snoozed_until_ms: until }) => until !== null && until <= BigInt(nowMs)),
  };
}

/** What nothing else says stays as it was noticed. Nothing is so since after it was raised. */
function sinceOf({ since_ms, raised_at_ms }: Open, { sinceMs }: Finding): bigint {
  if (sinceMs === null) return since_ms;
  return BigInt(sinceMs) < raised_at_ms ? BigInt(sinceMs) : raised_at_ms;
}

/** The job's lease keeps a second watcher away; one whose lease was lost meanwhile says nothing twice. */
const beaten = () => new Overtaken('another process watches at this moment');

async function openAlerts(reader: Reader): Promise<readonly Open[]> {
  return reader.db
    .selectFrom('alerts')
    .select(['id', 'rule', 'subject', 'facts', 'since_ms', 'raised_at_ms', 'snoozed_until_ms'])
    .where('cleared_at_ms', 'is', null)
    .execute();
}

async function raiseAlert(work: Work, { subject, facts, sinceMs }: Finding): Promise<void> {
  const id: AlertId = work.ids.next('alert');
  const severity = SEVERITY[facts.rule];
  const now = BigInt(work.nowMs);
  const { changed } = await work.tx.run(sql`
    insert into alerts (id, rule, subject, severity, facts, since_ms, raised_at_ms, updated_at_ms)
    values (${id}, ${facts.rule}, ${subject}, ${severity}, ${canonical(facts)}, ${BigInt(sinceMs ?? work.nowMs)}, ${now}, ${now})
    on conflict (rule, subject) where cleared_at_ms is null do nothing`);
  if (changed === 0n) throw beaten();
  work.audit({ action: 'alert.raise', subject: `alert:${id}`, details: { about: subject, severity, facts } });
  work.emit({ name: 'alert.raised', subject: `alert:${id}`, payload: { rule: facts.rule, severity, about: subject } });
}

async function clearAlert(work: Work, { id, rule, subject }: Open): Promise<void> {
  const { changed } = await work.tx.run(
    sql`update alerts set cleared_at_ms = ${BigInt(work.nowMs)} where id = ${id} and cleared_at_ms is null`,
  );
  if (changed === 0n) throw beaten();
  work.audit({ action: 'alert.clear', subject: `alert:${id}`, details: { rule, about: subject } });
  work.emit({ name: 'alert.cleared', subject: `alert:${id}`, payload: { rule, about: subject } });
}

/** It was put off until now, and is still so. */
async function remindOf(work: Work, { id, rule, subject }: Open): Promise<void> {
  const { changed } = await work.tx.run(sql`
    update alerts set snoozed_at_ms = null, snoozed_until_ms = null, snoozed_by = null, snoozed_reason = null
    where id = ${id} and cleared_at_ms is null and snoozed_until_ms <= ${BigInt(work.nowMs)}`);
  if (changed === 0n) throw beaten();
  const severity = SEVERITY[rule];
  work.audit({ action: 'alert.remind', subject: `alert:${id}`, details: { rule, about: subject } });
  work.emit({
    name: 'alert.raised',
    subject: `alert:${id}`,
    payload: { rule, severity, about: subject, again: true },
  });
}

/** In no log: figures that move are neither somebody's doing nor news. */
async function keepFacts(tx: Tx, updates: readonly Update[], nowMs: number): Promise<void> {
  for (const { alert, finding } of updates) {
    await tx.run(sql`
      update alerts set facts = ${canonical(finding.facts)}, since_ms = ${sinceOf(alert, finding)}, updated_at_ms = ${BigInt(nowMs)}
      where id = ${alert.id} and cleared_at_ms is null`);
  }
}
