/**
 * Approving many: what each signature would be over, what to look at before, and then one signature
 * for each payout. Those that count are kept, those that do not are named; a repeat changes nothing.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { activeStaff, type StaffRecord } from '../access/staff.ts';
import { soundTrust } from '../access/trust/trust.ts';
import { invariant, Refusal } from '../errors/refusal.ts';
import { approveTogether } from '../payouts/approve-together.ts';
import { notApprovable, unknownPayout } from '../payouts/errors.ts';
import { type PayoutRecord, type PayoutRow, payoutFromRow } from '../payouts/repository.ts';
import type { Work } from '../store/command.ts';
import type { Reader, Tx } from '../store/tx.ts';
import {
  type Accepted,
  accept,
  approvalsWith,
  completes,
  keep,
  readSigned,
  refuseApprover,
  type Signed,
  statementFor,
} from './approve.ts';
import { policyInForce } from './policy/versions.ts';
import { type BulkSummary, bulkSummary } from './queue/bulk-summary.ts';
import { changesFirst } from './queue/errors.ts';
import { refreshQueue } from './queue/refresh.ts';
import { changesOpen, idRows } from './queue/standings.ts';
import { recordsOfEach } from './records.ts';
import { standingOfEach } from './standing.ts';
import { type ApprovalRecords, statementText } from './statement.ts';

export interface SignedApproval extends Signed {
  readonly id: string;
}

export interface Refused {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

export type BulkResult =
  | { readonly id: string; readonly outcome: 'given' | 'approved' | 'given_before' }
  | ({ readonly outcome: 'refused' } & Refused);

export interface PreparedMany {
  readonly statements: { id: string; statement: string }[];
  readonly cannot: Refused[];
  readonly summary: BulkSummary;
}

/** Nothing is refused as a whole: what cannot be approved is told with why. */
export async function prepareMany(
  reader: Reader,
  approver: StaffRecord,
  ids: readonly string[],
  nowMs: number,
): Promise<PreparedMany> {
  const payouts = await payoutsOf(reader, ids);
  const waiting = [...payouts.values()].filter(({ status }) => status === 'pending');
  const records = await recordsOfEach(reader, waiting);
  const standings = await standingOfEach(reader, await policyInForce(reader), waiting, nowMs);
  const changes = await changesOpen(reader, ids);
  const statements: { id: string; statement: string }[] = [];
  const cannot: Refused[] = [];
  for (const id of new Set(ids)) {
    try {
      const payout = payouts.get(id);
      if (!payout) throw unknownPayout(id);
      const [around, standing] = [records.get(id), standings.get(id)];
      if (!around || !standing) throw notApprovable(payout.id, payout.status);
      if (changes.has(id)) throw changesFirst(id);
      refuseApprover({ records: around, standing }, approver);
      statements.push({ id, statement: statementText(statementFor(around, standing, approver)) });
    } catch (error) {
      cannot.push(refusedAs(id, error));
    }
  }
  const summary = await bulkSummary(
    reader,
    statements.map(({ id }) => id),
    nowMs,
  );
  return { statements, cannot, summary };
}

export async function giveMany(work: Work, approvals: readonly SignedApproval[]): Promise<readonly BulkResult[]> {
  await soundTrust(work.tx);
  const approver = await activeStaff(work.tx, work.actor.id);
  const ids = approvals.map(({ id }) => id);
  await lockTogether(work.tx, ids);
  const judged = await judge(work, approver, approvals);
  const accepted = [...judged.values()].filter((one) => 'judged' in one);
  await keep(work, approver, accepted);
  const complete = accepted.filter(({ judged: { standing }, signed }) => completes(standing, approver, signed));
  await approveTogether(
    work,
    complete.map((one) => ({ payout: one.judged.records.payout, approvals: approvalsWith(one) })),
  );
  const approved = new Set(complete.map(({ judged: { records } }) => records.payout.id as string));
  const given = accepted.map(({ judged: { records } }) => records.payout.id).filter((id) => !approved.has(id));
  await refreshQueue(work, given);
  const results = ids.map((id) => resultOf(id, judged.get(id), approved));
  noteBatch(work, approvals, results);
  return results;
}

type Verdict = Accepted | Refused;

/** By payout. Everything is read for all of them, and nothing is written yet. */
async function judge(
  work: Work,
  approver: StaffRecord,
  approvals: readonly SignedApproval[],
): Promise<ReadonlyMap<string, Verdict>> {
  const payouts = await payoutsOf(
    work.tx,
    approvals.map(({ id }) => id),
  );
  const records = await recordsOfEach(work.tx, [...payouts.values()]);
  const changes = await changesOpen(work.tx, [...payouts.keys()]);
  const before = await givenBefore(work.tx, approver.id, [...payouts.keys()]);
  const standings = await standingsAsSigned(work, approvals, payouts);
  const verdicts = new Map<string, Verdict>();
  for (const input of approvals) {
    const { id } = input;
    if (verdicts.has(id)) continue;
    try {
      if (before.has(id)) throw new Refusal('approval.already_given', { payoutId: id });
      if (changes.has(id)) throw changesFirst(id);
      verdicts.set(id, acceptOne(work, approver, input, records.get(id), standings.get(id)));
    } catch (error) {
      verdicts.set(id, refusedAs(id, error));
    }
  }
  return verdicts;
}

function acceptOne(
  work: Work,
  approver: StaffRecord,
  input: SignedApproval,
  records: ApprovalRecords | undefined,
  standing: Accepted['judged']['standing'] | undefined,
): Accepted {
  if (!records) throw unknownPayout(input.id);
  // What cannot be read as a statement made lately is judged by nothing.
  readSigned(input.id, input.statement, work.nowMs);
  invariant(standing, 'a statement that can be read is judged');
  const judged = { records, standing };
  return { judged, signed: accept(judged, approver, input, work.nowMs), input };
}

/** Statements that were made together name one moment: what they are judged by is read once for all of them. */
async function standingsAsSigned(
  work: Work,
  approvals: readonly SignedApproval[],
  payouts: ReadonlyMap<string, PayoutRecord>,
): Promise<ReadonlyMap<string, Accepted['judged']['standing']>> {
  const policy = await policyInForce(work.tx);
  const readable = approvals.flatMap(({ id, statement }) => {
    const payout = payouts.get(id);
    const statedAtMs = statedAt(id, statement, work.nowMs);
    return payout && statedAtMs !== null ? [{ payout, statedAtMs }] : [];
  });
  const standings = new Map<string, Accepted['judged']['standing']>();
  for (const [statedAtMs, group] of Map.groupBy(readable, (one) => one.statedAtMs)) {
    const together = await standingOfEach(
      work.tx,
      policy,
      group.map(({ payout }) => payout),
      statedAtMs,
    );
    for (const [id, standing] of together) standings.set(id, standing);
  }
  return standings;
}

function statedAt(id: string, statement: string, nowMs: number): number | null {
  try {
    return readSigned(id, statement, nowMs).statedAtMs;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Those that this person has approved as they are now. */
async function givenBefore(reader: Reader, staffId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await reader.rows<{ id: string }>(sql`
    select p.id from ${idRows(reader, ids)} as w cross join payouts p
    cross join approvals a where p.id = w.id and a.payout_id = p.id and a.revision = p.revision
      and a.staff_id = ${staffId} and a.voided_at_ms is null and p.status in ('approved', 'processing', 'completed')`);
  return new Set(rows.map(({ id }) => id));
}

/** In one order for everybody, so that two who approve the same ones do not wait for each other. */
async function lockTogether(tx: Tx, ids: readonly string[]): Promise<void> {
  if (tx.dialect === 'sqlite') return;
  await tx.run(sql`
    select p.id from payouts p where p.id in (select w.id from ${idRows(tx, ids)} as w) order by p.id for update`);
}

async function payoutsOf(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, PayoutRecord>> {
  const distinct = [...new Set(ids)];
  const rows = await reader.rows<PayoutRow>(
    sql`select p.* from ${idRows(reader, distinct)} as w join payouts p on p.id = w.id`,
  );
  return new Map(rows.map((row) => [row.id, payoutFromRow(row)]));
}

function resultOf(id: string, verdict: Verdict | undefined, approved: ReadonlySet<string>): BulkResult {
  if (!verdict) throw new Error(`Nothing was said of payout ${id}`);
  if ('judged' in verdict) return { id, outcome: approved.has(id) ? 'approved' : 'given' };
  return verdict.code === 'approval.already_given'
    ? { id, outcome: 'given_before' }
    : { outcome: 'refused', ...verdict };
}

function refusedAs(id: string, error: unknown): Refused {
  if (!(error instanceof Refusal)) throw error;
  return { id, code: error.code, message: error.message };
}

/** One entry for the batch, with the hash of its items: each payout's id, its signature and what came of it. */
function noteBatch(work: Work, approvals: readonly SignedApproval[], results: readonly BulkResult[]): void {
  const hash = createHash('sha256');
  for (const [index, { id, signature }] of approvals.entries()) {
    hash.update(`${id} ${signature} ${results[index]?.outcome}\n`);
  }
  const count = (outcome: BulkResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  work.audit({
    action: 'payouts.approve',
    subject: 'payouts',
    details: {
      items: approvals.length,
      itemsHash: hash.digest('hex'),
      given: count('given'),
      approved: count('approved'),
      givenBefore: count('given_before'),
      refused: count('refused'),
    },
  });
}
