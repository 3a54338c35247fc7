/**
 * Approving many: what each signature would be over, what to look at before, and then one signature
 * for each payout. Those that count are kept, those that do not are named; a repeat changes nothing.
 */
import { createHash } from 'node:crypto';
import { activeStaff } from '../access/staff.ts';
import { Refusal } from '../errors/refusal.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { giveApproval, prepareApproval } from './approve.ts';
import { bulkSummary } from './queue/bulk-summary.ts';

export interface SignedApproval {
  readonly id: string;
  readonly statement: string;
  readonly signature: string;
}

export interface Refused {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

export type BulkResult =
  | { readonly id: string; readonly outcome: 'given' | 'approved' | 'given_before' }
  | ({ readonly outcome: 'refused' } & Refused);

export async function prepareMany(
  reader: Reader,
  approver: { readonly id: string; readonly publicKey: string },
  ids: readonly string[],
  nowMs: number,
) {
  const statements: { id: string; statement: string }[] = [];
  const cannot: Refused[] = [];
  for (const id of new Set(ids)) {
    try {
      statements.push({ id, statement: (await prepareApproval(reader, approver, id, nowMs)).statement });
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
  await activeStaff(work.tx, work.actor.id);
  const results: BulkResult[] = [];
  for (const approval of approvals) results.push(await giveOne(work, approval));
  noteBatch(work, approvals, results);
  return results;
}

async function giveOne(work: Work, approval: SignedApproval): Promise<BulkResult> {
  const { id } = approval;
  try {
    const { status } = await giveApproval(work, approval);
    return { id, outcome: status === 'approved' ? 'approved' : 'given' };
  } catch (error) {
    const refused = refusedAs(id, error);
    if (refused.code === 'approval.already_given') return { id, outcome: 'given_before' };
    return { outcome: 'refused', ...refused };
  }
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
