import { giveApproval, prepareApproval } from '../../../core/approvals/approve.ts';
import { type BulkResult, giveMany, prepareMany } from '../../../core/approvals/bulk.ts';
import { liftChanges, requestChanges } from '../../../core/approvals/changes.ts';
import { approvalQueue, queueCounts } from '../../../core/approvals/queue/questions.ts';
import { deleteView, renameView, savedViewsOf, saveView } from '../../../core/approvals/queue/saved-views.ts';
import { freshenQueue } from '../../../core/approvals/queue/upkeep.ts';
import { withdrawApproval } from '../../../core/approvals/withdraw.ts';
import { rejectPayout } from '../../../core/payouts/life.ts';
import type { PayoutRecord } from '../../../core/payouts/repository.ts';
import type { Work } from '../../../core/store/command.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { type CallOf, callerIn, command, openOf, procedures } from '../calls.ts';
import { onlookerIn, viewFor } from './payouts.ts';

const readerOf = (call: CallOf) => openOf(call).treasury.writer;

/** Runs a command about one payout and gives the payout as its caller sees it afterwards. */
async function decide(call: CallOf, useCase: (work: Work) => Promise<PayoutRecord>) {
  const { id } = await command(call, useCase);
  return viewFor(call, id);
}

export const approvals = {
  queue: procedures.approvals.queue.handler(async ({ context: { call }, input }) => {
    await freshenQueue(openOf(call).treasury);
    return approvalQueue(readerOf(call), onlookerIn(call), input, pageRequest(input));
  }),

  counts: procedures.approvals.counts.handler(async ({ context: { call }, input }) => {
    await freshenQueue(openOf(call).treasury);
    return queueCounts(readerOf(call), onlookerIn(call), input);
  }),

  prepare: procedures.approvals.prepare.handler(({ context: { call }, input }) =>
    prepareApproval(readerOf(call), callerIn(call).staff, input.id, onlookerIn(call).nowMs),
  ),

  give: procedures.approvals.give.handler(({ context: { call }, input }) =>
    decide(call, (work) => giveApproval(work, input)),
  ),

  prepareMany: procedures.approvals.prepareMany.handler(({ context: { call }, input }) =>
    prepareMany(readerOf(call), callerIn(call).staff, input.ids, onlookerIn(call).nowMs),
  ),

  giveMany: procedures.approvals.giveMany.handler(async ({ context: { call }, input }) => {
    const results = [...(await command(call, (work) => giveMany(work, input.approvals)))];
    const count = (...outcomes: BulkResult['outcome'][]) =>
      results.filter(({ outcome }) => outcomes.includes(outcome)).length;
    return { given: count('given', 'given_before'), approved: count('approved'), refused: count('refused'), results };
  }),

  withdraw: procedures.approvals.withdraw.handler(({ context: { call }, input }) =>
    decide(call, (work) => withdrawApproval(work, input)),
  ),

  reject: procedures.approvals.reject.handler(({ context: { call }, input }) =>
    decide(call, (work) => rejectPayout(work, input)),
  ),

  requestChanges: procedures.approvals.requestChanges.handler(({ context: { call }, input }) =>
    decide(call, (work) => requestChanges(work, input)),
  ),

  liftChanges: procedures.approvals.liftChanges.handler(({ context: { call }, input }) =>
    decide(call, (work) => liftChanges(work, input)),
  ),
};

export const savedViews = {
  list: procedures.savedViews.list.handler(({ context: { call } }) =>
    savedViewsOf(readerOf(call), callerIn(call).staff.id),
  ),

  create: procedures.savedViews.create.handler(({ context: { call }, input }) =>
    command(call, (work) => saveView(work, input)),
  ),

  rename: procedures.savedViews.rename.handler(({ context: { call }, input }) =>
    command(call, (work) => renameView(work, input)),
  ),

  delete: procedures.savedViews.delete.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => deleteView(work, input));
    return {};
  }),
};
