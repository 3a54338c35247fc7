/** Turns what happened into what each person is told. */
import { sql } from 'kysely';
import { listStaff, type StaffRecord } from '../access/staff.ts';
import { canonical } from '../canonical/canonical.ts';
import type { NotificationPreferences } from '../contract/notifications.ts';
import type { Ids } from '../ids/ids.ts';
import { insertRows } from '../store/insert-rows.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Tx } from '../store/tx.ts';
import { type Facts, type FactsBySubject, factsOf, type OutboxEvent, readFacts } from './facts.ts';
import { FIRST_PREFERENCES, preferencesOfAll } from './preferences.ts';
import { nextMinuteOfDay, whenNotQuiet } from './quiet-hours.ts';
import { type Audience, RULES, type Rule, SETTLED_BY } from './rules.ts';
import type { NotificationTables } from './tables.ts';
import { ACT, APPROVALS, actsTold, actsWaiting, approvalsWaiting } from './waiting.ts';

export interface Moment {
  readonly tx: Tx;
  readonly nowMs: number;
  readonly ids: Ids;
}

/** Notices close together go into one mail. */
const GATHERED_MS = 60_000;
/** What stands for several stops growing after this. */
const GROWS_MS_MAX = 24 * 3_600_000;

interface Draft extends Pick<Rule, 'kind' | 'topic'> {
  readonly staffId: string;
  readonly urgent: boolean;
  readonly subject: string;
  readonly said: Readonly<Record<string, string>>;
  readonly count: number;
  readonly atMs: number;
  /** `adds` to the one that stands for several, or `replaces` its number; otherwise it stands alone. */
  readonly joins: 'adds' | 'replaces' | null;
}

/** Says whether anybody's notifications have changed. */
export async function tellPeople(moment: Moment, events: readonly OutboxEvent[]): Promise<boolean> {
  const staff = (await listStaff(moment.tx)).filter(({ status }) => status === 'active');
  const settled = await settle(moment, events);
  const drafts = [...(await fromRules(moment, events, staff)), ...(await fromWhatWaits(moment, events, staff))];
  if (drafts.length === 0) return settled;
  await write(moment, joined(drafts), await preferencesOfAll(moment.tx));
  return true;
}

const RULES_OF = Map.groupBy(
  RULES.flatMap((rule) => rule.events.map((event) => ({ event, rule }))),
  ({ event }) => event,
);

async function fromRules(
  { tx }: Moment,
  events: readonly OutboxEvent[],
  staff: readonly StaffRecord[],
): Promise<readonly Draft[]> {
  const told = events.flatMap((event) => (RULES_OF.get(event.name) ?? []).map(({ rule }) => ({ event, rule })));
  if (told.length === 0) return [];
  const facts: FactsBySubject = await readFacts(
    tx,
    told.map(({ event }) => event.subject),
  );
  return told.flatMap(({ event, rule }) => {
    const known = factsOf(facts, event.subject);
    return staff
      .filter((person) => isTold(person, rule.to, known, event))
      .map(
        ({ id }): Draft => ({
          staffId: id,
          kind: rule.kind,
          topic: rule.topic,
          urgent: rule.urgent === true || known.said.severity === 'critical',
          subject: event.subject,
          said: known.said,
          count: 1,
          atMs: event.atMs,
          joins: rule.gathers ? 'adds' : null,
        }),
      );
  });
}

/** Nobody is told of what they did themselves. */
function isTold(person: StaffRecord, to: readonly Audience[], facts: Facts, event: OutboxEvent): boolean {
  if (person.id === facts.by || person.id === event.payload.by) return false;
  return to.some((audience) => {
    if (audience === 'everybody') return true;
    return audience === 'requester' ? facts.requester === person.id : person.roles.includes(audience);
  });
}

async function fromWhatWaits(
  { tx, nowMs }: Moment,
  events: readonly OutboxEvent[],
  staff: readonly StaffRecord[],
): Promise<readonly Draft[]> {
  const atMs = events.at(-1)?.atMs ?? nowMs;
  const drafts: Draft[] = [];
  const task = { topic: 'tasks', urgent: false, atMs } as const;
  const approvals = await approvalsWaiting(tx, events, staff);
  if (approvals) {
    await settleApprovals(tx, nowMs, approvals.standing);
    for (const { staffId, count } of approvals.asked) {
      drafts.push({ ...task, ...APPROVALS, staffId, said: {}, count, joins: 'replaces' });
    }
  }
  const acts = await actsWaiting(tx, events, staff, nowMs);
  if (acts) {
    await settleActs(
      tx,
      nowMs,
      acts.map(({ subject }) => subject),
    );
    const told = await actsTold(tx, nowMs);
    for (const { subject, said, asks } of acts) {
      for (const staffId of asks.filter((person) => !told.has(`${person} ${subject}`))) {
        drafts.push({ ...task, kind: ACT.kind, staffId, subject, said, count: 1, joins: null });
      }
    }
  }
  return drafts;
}

/** Those of one page that become one. */
function joined(drafts: readonly Draft[]): readonly Draft[] {
  const alone = drafts.filter(({ joins }) => joins === null);
  const groups = Map.groupBy(
    drafts.filter(({ joins }) => joins !== null),
    ({ staffId, kind }) => `${staffId} ${kind}`,
  );
  const together = [...groups.values()].map((group): Draft => {
    const last = group.at(-1) as Draft;
    const count = last.joins === 'adds' ? group.reduce((sum, one) => sum + one.count, 0) : last.count;
    return { ...last, count, urgent: group.some(({ urgent }) => urgent) };
  });
  return [...alone, ...together];
}

const COLUMNS = {
  id: 'text',
  staff_id: 'text',
  kind: 'text',
  topic: 'text',
  urgent: 'bigint',
  subject: 'text',
  facts: 'text',
  count: 'bigint',
  at_ms: 'bigint',
  read_at_ms: 'bigint',
  desktop: 'bigint',
  mail_due_at_ms: 'bigint',
  mail_way: 'text',
  mail_id: 'text',
} as const;

async function write(
  moment: Moment,
  drafts: readonly Draft[],
  preferences: ReadonlyMap<string, NotificationPreferences>,
): Promise<void> {
  const growing = await growingOf(moment, drafts);
  const fresh: NotificationTables['notifications'][] = [];
  for (const draft of drafts) {
    const grown = draft.joins === null ? undefined : growing.get(`${draft.staffId} ${draft.kind}`);
    if (grown === undefined) fresh.push(rowOf(moment, draft, preferences.get(draft.staffId) ?? FIRST_PREFERENCES));
    else await grow(moment.tx, grown, draft);
  }
  if (fresh.length > 0) await insertRows(moment.tx, 'notifications', COLUMNS, fresh);
}

/** The one of each person and kind that nobody has read or mailed yet. */
async function growingOf({ tx, nowMs }: Moment, drafts: readonly Draft[]): Promise<ReadonlyMap<string, string>> {
  const kinds = [...new Set(drafts.flatMap(({ joins, kind }) => (joins === null ? [] : [kind])))];
  if (kinds.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('notifications')
    .select(['id', 'staff_id', 'kind'])
    .where('read_at_ms', 'is', null)
    .where('mail_id', 'is', null)
    .where('kind', 'in', kinds)
    .where('at_ms', '>=', BigInt(nowMs - GROWS_MS_MAX))
    .orderBy('at_ms')
    .execute();
  return new Map(rows.map(({ id, staff_id, kind }) => [`${staff_id} ${kind}`, id]));
}

/** What is due to be mailed stays due then: it is not put off for as long as more comes. */
async function grow(tx: Tx, id: string, { joins, subject, said, count, atMs, urgent }: Draft): Promise<void> {
  const counted = joins === 'adds' ? sql`count + ${BigInt(count)}` : sql`${BigInt(count)}`;
  await tx.run(sql`
    update notifications set count = ${counted}, subject = ${subject}, facts = ${canonical(said)}, at_ms = ${BigInt(atMs)},
      urgent = case when ${BigInt(urgent ? 1 : 0)} = 1 then 1 else urgent end
    where id = ${id}`);
}

function rowOf(
  { ids, nowMs }: Moment,
  draft: Draft,
  preferences: NotificationPreferences,
): NotificationTables['notifications'] {
  const { desktop, mail } = preferences.topics[draft.topic];
  const isMailed = preferences.email !== null && mail !== 'off';
  // What is urgent is not left for the digest.
  const way = !isMailed ? null : draft.urgent ? 'soon' : (mail as 'soon' | 'digest');
  return {
    id: ids.next('notification'),
    staff_id: draft.staffId,
    kind: draft.kind,
    topic: draft.topic,
    urgent: draft.urgent ? 1n : 0n,
    subject: draft.subject,
    facts: canonical(draft.said),
    count: BigInt(Math.max(1, draft.count)),
    at_ms: BigInt(draft.atMs),
    read_at_ms: null,
    desktop: desktop ? 1n : 0n,
    mail_due_at_ms: way === null ? null : BigInt(mailDueAt(nowMs, way, preferences, draft.urgent)),
    mail_way: way,
    mail_id: null,
  };
}

function mailDueAt(
  nowMs: number,
  way: 'soon' | 'digest',
  preferences: NotificationPreferences,
  urgent: boolean,
): number {
  const dueAtMs =
    way === 'digest'
      ? nextMinuteOfDay(nowMs, preferences.digestMinute, preferences.timeZone)
      : nowMs + (urgent ? 0 : GATHERED_MS);
  return whenNotQuiet(dueAtMs, preferences, urgent);
}

async function settle({ tx, nowMs }: Moment, events: readonly OutboxEvent[]): Promise<boolean> {
  const over = events.flatMap(({ name, subject }) => (SETTLED_BY[name] ?? []).map((kind) => ({ kind, subject })));
  if (over.length === 0) return false;
  const { changed } = await tx.run(sql`
    update notifications set read_at_ms = ${BigInt(nowMs)}
    where read_at_ms is null and exists (
      select 1 from ${jsonRows(tx.dialect, { kind: 'text', subject: 'text' }, over)} as o
      where o.kind = notifications.kind and o.subject = notifications.subject)`);
  return changed > 0n;
}

async function settleApprovals(tx: Tx, nowMs: number, standing: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...standing].map(([id, count]) => ({ id, count: BigInt(count) }));
  await tx.run(sql`
    update notifications set
      read_at_ms = case when n.count = 0 then cast(${BigInt(nowMs)} as bigint) else null end,
      count = case when n.count = 0 then notifications.count else n.count end
    from ${jsonRows(tx.dialect, { id: 'text', count: 'bigint' }, rows)} as n
    where n.id = notifications.staff_id and notifications.kind = ${APPROVALS.kind} and notifications.read_at_ms is null`);
}

async function settleActs(tx: Tx, nowMs: number, waiting: readonly string[]): Promise<void> {
  const rows = waiting.map((subject) => ({ subject }));
  await tx.run(sql`
    update notifications set read_at_ms = ${BigInt(nowMs)}
    where kind = ${ACT.kind} and read_at_ms is null
      and subject not in (select w.subject from ${jsonRows(tx.dialect, { subject: 'text' }, rows)} as w)`);
}
