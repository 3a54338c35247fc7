/** Where payouts stand that wait for approval: what they need now, what they have, what is in the way. */
import { sql } from 'kysely';
import { listStaff, type StaffRecord } from '../access/staff.ts';
import { invariant } from '../errors/refusal.ts';
import type { ApprovalId } from '../ids/ids.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';
import { askersOfEach } from './askers.ts';
import { type Decision, decide, type Requirement, sameRequirement, whyNot } from './policy/decide.ts';
import { factsOfEach, type JudgedFacts } from './policy/facts.ts';
import { stepInWords } from './policy/in-words.ts';
import { canBeTaken, type Progress, progressOf, type StepApproval } from './policy/steps.ts';
import type { Policy } from './policy/terms.ts';
import { readStatement, signedRequirement } from './statement.ts';

/** An approval as it lies in the records: of the payout's present revision, and not voided. */
export interface LiveApproval extends StepApproval {
  readonly id: ApprovalId;
  readonly person: StaffRecord;
  readonly atMs: number;
  readonly expiresAtMs: number;
  /** Null for a text that is no statement of this version. */
  readonly requirement: Requirement | null;
  readonly publicKey: string | null;
}

/** Why nobody can approve it as things are. */
export interface Blocked {
  readonly code: 'no_match' | 'denied' | 'nobody_eligible';
  readonly why: string;
}

export interface Standing {
  readonly policy: Policy;
  readonly facts: JudgedFacts;
  /** Who asked for it; they do not approve it. */
  readonly askers: ReadonlySet<string>;
  readonly decision: Decision;
  readonly approvals: readonly LiveApproval[];
  /** Null where no rule asks anybody. */
  readonly progress: Progress<LiveApproval> | null;
  readonly blocked: Blocked | null;
}

export async function standingOf(
  reader: Reader,
  policy: Policy,
  payout: PayoutRecord,
  atMs: number,
): Promise<Standing> {
  const standing = (await standingOfEach(reader, policy, [payout], atMs)).get(payout.id);
  invariant(standing, 'a payout stands somewhere');
  return standing;
}

/** By payout. However many there are, each kind of record is read once. */
export async function standingOfEach(
  reader: Reader,
  policy: Policy,
  payouts: readonly PayoutRecord[],
  atMs: number,
): Promise<ReadonlyMap<string, Standing>> {
  if (payouts.length === 0) return new Map();
  const facts = await factsOfEach(reader, payouts, atMs);
  const staff = await listStaff(reader);
  const approvals = await liveApprovals(reader, payouts, staff);
  const askers = await askersOfEach(reader, payouts);
  return new Map(
    payouts.map((payout) => {
      const known = facts.get(payout.id);
      invariant(known, 'a payout has facts');
      const decision = decide(policy.terms, known);
      const live = approvals.get(payout.id) ?? [];
      const progress =
        decision.outcome === 'asks'
          ? progressOf(decision.requirement.steps, valid(live, decision.requirement, atMs))
          : null;
      const asked = askers.get(payout.id);
      invariant(asked, 'somebody asked for a payout');
      const blocked = blockedBy(
        decision,
        progress,
        staff.filter(({ id }) => !asked.has(id)),
      );
      return [payout.id, { policy, facts: known, askers: asked, decision, approvals: live, progress, blocked }];
    }),
  );
}

/** Those given for exactly what is asked now, by a key that is still the person's, and not expired. */
function valid(approvals: readonly LiveApproval[], requirement: Requirement, atMs: number): readonly LiveApproval[] {
  return approvals.filter(
    (approval) =>
      approval.requirement !== null &&
      sameRequirement(approval.requirement, requirement) &&
      approval.publicKey === approval.person.publicKey &&
      approval.expiresAtMs > atMs,
  );
}

function blockedBy(
  decision: Decision,
  progress: Progress<LiveApproval> | null,
  others: readonly StaffRecord[],
): Blocked | null {
  if (decision.outcome !== 'asks') return { code: decision.outcome, why: whyNot(decision) };
  const { steps } = decision.requirement;
  const approved = new Set([...(progress?.counted ?? [])].map(({ person }) => person.id));
  const left = others.filter(({ id }) => !approved.has(id));
  if (canBeTaken(steps, progress?.given ?? [], left)) return null;
  const asked = steps.map(stepInWords).join(', then ');
  return {
    code: 'nobody_eligible',
    why: `It needs ${asked}, and too few of them are left who did not ask for it themselves.`,
  };
}

interface ApprovalRow {
  readonly id: string;
  readonly payout_id: string;
  readonly staff_id: string;
  readonly statement: string;
  readonly given_at_ms: bigint;
  readonly expires_at_ms: bigint;
}

/** By payout, in the order they were given. */
async function liveApprovals(
  reader: Reader,
  payouts: readonly Pick<PayoutRecord, 'id'>[],
  staff: readonly StaffRecord[],
): Promise<ReadonlyMap<string, readonly LiveApproval[]>> {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text' },
    payouts.map(({ id }) => ({ id })),
  );
  const rows = await reader.rows<ApprovalRow>(sql`
    select a.id, a.payout_id, a.staff_id, a.statement, a.given_at_ms, a.expires_at_ms
    from ${wanted} as w join payouts p on p.id = w.id
    join approvals a on a.payout_id = p.id and a.revision = p.revision
    where a.voided_at_ms is null order by a.given_at_ms, a.id`);
  const people = new Map(staff.map((person) => [person.id as string, person]));
  return Map.groupBy(
    rows.map((row) => ({ ...liveApproval(row, people), payoutId: row.payout_id })),
    ({ payoutId }) => payoutId,
  );
}

function liveApproval(row: ApprovalRow, people: ReadonlyMap<string, StaffRecord>): LiveApproval {
  const person = people.get(row.staff_id);
  invariant(person, 'an approval is by somebody on record');
  const signed = readStatement(row.statement);
  return {
    id: row.id as ApprovalId,
    person,
    step: signed?.policy.step ?? 0,
    statedAtMs: signed?.statedAtMs ?? Number(row.given_at_ms),
    atMs: Number(row.given_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    requirement: signed && signedRequirement(signed),
    publicKey: signed?.approver.publicKey ?? null,
  };
}
