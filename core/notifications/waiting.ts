/**
 * Whose approval or signature is waited for. It follows from how things stand: told when somebody is
 * asked anew, settled by itself when nothing waits for them any more.
 */
import { sql } from 'kysely';
import type { StaffRecord } from '../access/staff.ts';
import { RECOVERY } from '../access/trust/governance-statement.ts';
import { ACT_LIFETIME_MS } from '../approvals/act-records.ts';
import { isGovernance, waitingActs } from '../approvals/acts.ts';
import { placeInRow, showFor } from '../approvals/queue/groups.ts';
import { groupsWaiting } from '../approvals/queue/page.ts';
import type { Role } from '../contract/words.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Tx } from '../store/tx.ts';
import type { OutboxEvent } from './facts.ts';

export const APPROVALS = { kind: 'approvals.waiting', subject: 'approvals' } as const;
export const ACT = { kind: 'act.waiting' } as const;

/** After these a payout asks people who may not have been asked before. */
const ASKS_ANEW = new Set([
  'payout.pending',
  'payout.edited',
  'payout.changes_lifted',
  'payouts.imported',
  'approval.expired',
  'approval.voided',
  'approval.withdrawn',
]);
const STEP_TAKEN = 'approval.given';
const ASKS_NO_MORE = new Set(['payout.approved', 'payout.cancelled', 'payout.changes_requested', 'policy.changed']);

export interface Waiting {
  /** For whom something waits that asks them anew. */
  readonly asked: readonly { readonly staffId: string; readonly count: number }[];
  /** Those for whom so many wait now; none is settled. */
  readonly standing: ReadonlyMap<string, number>;
}

/** Null when nothing happened that could change it. */
export async function approvalsWaiting(
  tx: Tx,
  events: readonly OutboxEvent[],
  staff: readonly StaffRecord[],
): Promise<Waiting | null> {
  const anew = events.filter(({ name }) => ASKS_ANEW.has(name));
  const steps = events.filter(({ name }) => name === STEP_TAKEN);
  if (anew.length === 0 && steps.length === 0 && !events.some(({ name }) => ASKS_NO_MORE.has(name))) return null;
  const groups = await groupsWaiting(tx);
  const imports = new Set(idsOf(anew, 'import'));
  const touched = await groupsOf(tx, idsOf(anew, 'payout'));
  const stepped = await groupsOf(tx, idsOf(steps, 'payout'));
  const active = staff.filter(({ status }) => status === 'active');
  const standing = new Map(active.map(({ id }) => [id as string, 0]));
  const asked = new Set<string>();
  for (const group of groups) {
    const place = placeInRow(group);
    const isAnew =
      touched.has(group.id) ||
      (group.import_id !== null && imports.has(group.import_id)) ||
      (stepped.has(group.id) && beginsAStep(place));
    for (const { id } of active) {
      if (showFor(place, id, staff) !== 'mine') continue;
      standing.set(id, (standing.get(id) ?? 0) + Number(group.count));
      if (isAnew) asked.add(id);
    }
  }
  return { asked: [...asked].map((staffId) => ({ staffId, count: standing.get(staffId) ?? 1 })), standing };
}

/** A step before is complete, and nobody has given the one that is asked now. */
function beginsAStep({ steps, given }: ReturnType<typeof placeInRow>): boolean {
  const now = steps.findIndex((step, at) => (given[at] ?? 0) < step.approvals);
  return now > 0 && (given[now] ?? 0) === 0;
}

const idsOf = (events: readonly OutboxEvent[], kind: string): readonly string[] =>
  events.flatMap(({ subject }) => (subject.startsWith(`${kind}:`) ? [subject.slice(kind.length + 1)] : []));

async function groupsOf(tx: Tx, payoutIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (payoutIds.length === 0) return new Set();
  const wanted = jsonRows(
    tx.dialect,
    { id: 'text' },
    payoutIds.map((id) => ({ id })),
  );
  const rows = await tx.rows<{ group_id: string }>(sql`
    select distinct q.group_id from ${wanted} as w join approval_queue q on q.payout_id = w.id`);
  return new Set(rows.map(({ group_id }) => group_id));
}

const ACT_EVENTS = new Set([
  'act.signed',
  'act.done',
  'trust.changed',
  'access.recovery_begun',
  'access.recovery_stopped',
]);
const DECIDERS: readonly Role[] = ['approver', 'controller', 'admin'];

export interface WaitingAct {
  readonly subject: string;
  readonly said: Readonly<Record<string, string>>;
  readonly asks: readonly string[];
}

/** Every act that waits, and whom it still asks. Null when nothing happened that could change it. */
export async function actsWaiting(
  tx: Tx,
  events: readonly OutboxEvent[],
  staff: readonly StaffRecord[],
  nowMs: number,
): Promise<readonly WaitingAct[] | null> {
  if (!events.some(({ name }) => ACT_EVENTS.has(name))) return null;
  const names = new Map(staff.map(({ id, name }) => [id as string, name]));
  return (await waitingActs(tx, nowMs))
    .filter(({ takesEffectAtMs, signedBy }) => takesEffectAtMs === null && !signedBy.includes(RECOVERY))
    .map(({ id, terms, signedBy }) => {
      const mayName: readonly Role[] = isGovernance(terms) ? ['admin'] : DECIDERS;
      const may = staff.filter(
        ({ status, roles }) => status === 'active' && roles.some((role) => mayName.includes(role)),
      );
      return {
        subject: `act:${id}`,
        said: { act: terms.kind, who: signedBy.map((signer) => names.get(signer) ?? signer).join(', ') },
        asks: may.map((person) => person.id as string).filter((person) => !signedBy.includes(person)),
      };
    });
}

/** Whom an act was told already, read or not. */
export async function actsTold(tx: Tx, nowMs: number): Promise<ReadonlySet<string>> {
  const rows = await tx.db
    .selectFrom('notifications')
    .select(['staff_id', 'subject'])
    .where('kind', '=', ACT.kind)
    .where('at_ms', '>=', BigInt(nowMs - ACT_LIFETIME_MS))
    .execute();
  return new Set(rows.map(({ staff_id, subject }) => `${staff_id} ${subject}`));
}
