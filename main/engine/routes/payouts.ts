import { giveApproval, prepareApproval } from '../../../core/approvals/approve.ts';
import { heldBack } from '../../../core/approvals/gate.ts';
import { timeline } from '../../../core/audit/log.ts';
import type { TimelineEntry } from '../../../core/contract/index.ts';
import { assetId } from '../../../core/money/assets.ts';
import { importOf } from '../../../core/payouts/import/records.ts';
import { cancelPayout, editPayout, quarantinePayout, rejectPayout, retryPayout } from '../../../core/payouts/life.ts';
import { requestPayout } from '../../../core/payouts/request.ts';
import { approvalQueue, listPayouts, payoutView, ruleInWordsFor } from '../../../core/payouts/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import type { Reader } from '../../../core/store/tx.ts';
import { type CallOf, callerIn, command, openOf, procedures } from '../calls.ts';
import { signForTwo } from './acts.ts';

/** A payout that came with a file begins with the file: its request is part of that one entry. */
async function wholeTimeline(reader: Reader, id: string): Promise<TimelineEntry[]> {
  const importId = await importOf(reader, id);
  const file = importId === null ? [] : await timeline(reader, `import:${importId}`);
  return [...file, ...(await timeline(reader, `payout:${id}`))];
}

function viewOf(call: CallOf, id: string) {
  const { writer, clock } = openOf(call).treasury;
  return payoutView(writer, id, clock.nowMs());
}

export const payouts = {
  list: procedures.payouts.list.handler(({ context: { call }, input }) =>
    listPayouts(openOf(call).treasury.writer, input, pageRequest(input), openOf(call).treasury.clock.nowMs()),
  ),

  get: procedures.payouts.get.handler(async ({ context: { call }, input }) => {
    const { writer, clock } = openOf(call).treasury;
    return {
      ...(await viewOf(call, input.id)),
      timeline: await wholeTimeline(writer, input.id),
      ruleInWords: await ruleInWordsFor(writer, input.id, clock.nowMs()),
      held: await heldBack(writer, input.id, clock.nowMs()),
    };
  }),

  request: procedures.payouts.request.handler(async ({ context: { call }, input }) => {
    const request = { ...input, assetId: assetId(input.assetId), amountMinor: BigInt(input.amountMinor) };
    const { id } = await command(call, (work) => requestPayout(work, request));
    return viewOf(call, id);
  }),

  edit: procedures.payouts.edit.handler(async ({ context: { call }, input }) => {
    const edit = {
      ...input,
      assetId: input.assetId === undefined ? undefined : assetId(input.assetId),
      amountMinor: input.amountMinor === undefined ? undefined : BigInt(input.amountMinor),
    };
    const { id } = await command(call, (work) => editPayout(work, edit));
    return viewOf(call, id);
  }),

  cancel: procedures.payouts.cancel.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => cancelPayout(work, input));
    return viewOf(call, id);
  }),

  retry: procedures.payouts.retry.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => retryPayout(work, input));
    return viewOf(call, id);
  }),

  quarantine: procedures.payouts.quarantine.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => quarantinePayout(work, input));
    return viewOf(call, id);
  }),

  resolve: procedures.payouts.resolve.handler(({ context: { call }, input }) => signForTwo(call, input, input.id)),
};

export const approvals = {
  prepare: procedures.approvals.prepare.handler(({ context: { call }, input }) => {
    const { treasury } = openOf(call);
    return prepareApproval(treasury.writer, callerIn(call).staff, input.id, treasury.clock.nowMs());
  }),

  give: procedures.approvals.give.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => giveApproval(work, input));
    return viewOf(call, id);
  }),

  reject: procedures.approvals.reject.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => rejectPayout(work, input));
    return viewOf(call, id);
  }),

  queue: procedures.approvals.queue.handler(({ context: { call }, input }) =>
    approvalQueue(
      openOf(call).treasury.writer,
      callerIn(call).staff,
      pageRequest(input),
      openOf(call).treasury.clock.nowMs(),
    ),
  ),
};
