import { giveApproval, prepareApproval } from '../../../core/approvals/approve.ts';
import { timeline } from '../../../core/audit/log.ts';
import { assetId } from '../../../core/money/assets.ts';
import { requestPayout } from '../../../core/payouts/request.ts';
import { approvalQueue, listPayouts, payoutView, ruleInWordsFor } from '../../../core/payouts/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { callerIn, command, openOf, procedures } from '../calls.ts';

export const payouts = {
  list: procedures.payouts.list.handler(({ context: { call }, input }) =>
    listPayouts(openOf(call).treasury.writer, input, pageRequest(input)),
  ),

  get: procedures.payouts.get.handler(async ({ context: { call }, input }) => {
    const { writer } = openOf(call).treasury;
    return {
      ...(await payoutView(writer, input.id)),
      timeline: [...(await timeline(writer, `payout:${input.id}`))],
      ruleInWords: await ruleInWordsFor(writer, input.id),
    };
  }),

  request: procedures.payouts.request.handler(async ({ context: { call }, input }) => {
    const request = { ...input, assetId: assetId(input.assetId), amountMinor: BigInt(input.amountMinor) };
    const { id } = await command(call, (work) => requestPayout(work, request));
    return payoutView(openOf(call).treasury.writer, id);
  }),
};

export const approvals = {
  prepare: procedures.approvals.prepare.handler(({ context: { call }, input }) => {
    const { treasury } = openOf(call);
    return prepareApproval(treasury.writer, callerIn(call).staff, input.id, treasury.clock.nowMs());
  }),

  give: procedures.approvals.give.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => giveApproval(work, input));
    return payoutView(openOf(call).treasury.writer, id);
  }),

  queue: procedures.approvals.queue.handler(({ context: { call }, input }) =>
    approvalQueue(openOf(call).treasury.writer, callerIn(call).staff, pageRequest(input)),
  ),
};
