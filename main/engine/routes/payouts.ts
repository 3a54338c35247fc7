import { heldBack } from '../../../core/approvals/gate.ts';
import { timeline } from '../../../core/audit/log.ts';
import type { Payout, TimelineEntry } from '../../../core/contract/index.ts';
import { assetId } from '../../../core/money/assets.ts';
import { claimView } from '../../../core/payouts/chain/views.ts';
import { feeOfPayout } from '../../../core/payouts/fees.ts';
import { importOf } from '../../../core/payouts/import/records.ts';
import { cancelPayout, editPayout, quarantinePayout, retryPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { requestPayout } from '../../../core/payouts/request.ts';
import { listPayouts, type Onlooker, payoutView, payoutWithRule } from '../../../core/payouts/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import type { Reader } from '../../../core/store/tx.ts';
import { onwardOf } from '../../../core/sync/onward.ts';
import { actorIn, type CallOf, command, openOf, procedures } from '../calls.ts';
import { signForTwo } from './acts.ts';

/** A payout that came with a file begins with the file: its request is part of that one entry. */
async function wholeTimeline(reader: Reader, id: string): Promise<TimelineEntry[]> {
  const importId = await importOf(reader, id);
  const file = importId === null ? [] : await timeline(reader, `import:${importId}`);
  return [...file, ...(await timeline(reader, `payout:${id}`))];
}

export function onlookerIn(call: CallOf): Onlooker {
  return { id: actorIn(call).id, nowMs: openOf(call).treasury.clock.nowMs() };
}

/** The payout as its caller sees it afterwards. */
export function viewFor(call: CallOf, id: string): Promise<Payout> {
  return payoutView(openOf(call).treasury.writer, onlookerIn(call), id);
}

export const payouts = {
  list: procedures.payouts.list.handler(({ context: { call }, input }) =>
    listPayouts(openOf(call).treasury.writer, onlookerIn(call), input, pageRequest(input)),
  ),

  get: procedures.payouts.get.handler(async ({ context: { call }, input }) => {
    const { writer, clock } = openOf(call).treasury;
    return {
      ...(await payoutWithRule(writer, onlookerIn(call), input.id)),
      claim: await claimView(writer, input.id),
      onward: await onwardOf(writer, input.id),
      timeline: await wholeTimeline(writer, input.id),
      held: await heldBack(writer, input.id, clock.nowMs()),
    };
  }),

  estimate: procedures.payouts.estimate.handler(async ({ context: { call }, input }) => {
    const { treasury, providers } = openOf(call);
    const { rail } = await getPayout(treasury.writer, input.id);
    const provider = await providers.of(rail);
    return feeOfPayout(treasury.writer, { estimates: providers.estimates, provider }, input.id);
  }),

  request: procedures.payouts.request.handler(async ({ context: { call }, input }) => {
    const request = { ...input, assetId: assetId(input.assetId), amountMinor: BigInt(input.amountMinor) };
    const { id } = await command(call, (work) => requestPayout(work, request));
    return viewFor(call, id);
  }),

  edit: procedures.payouts.edit.handler(async ({ context: { call }, input }) => {
    const edit = {
      ...input,
      assetId: input.assetId === undefined ? undefined : assetId(input.assetId),
      amountMinor: input.amountMinor === undefined ? undefined : BigInt(input.amountMinor),
    };
    const { id } = await command(call, (work) => editPayout(work, edit));
    return viewFor(call, id);
  }),

  cancel: procedures.payouts.cancel.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => cancelPayout(work, input));
    return viewFor(call, id);
  }),

  retry: procedures.payouts.retry.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => retryPayout(work, input));
    return viewFor(call, id);
  }),

  quarantine: procedures.payouts.quarantine.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => quarantinePayout(work, input));
    return viewFor(call, id);
  }),

  resolve: procedures.payouts.resolve.handler(({ context: { call }, input }) => signForTwo(call, input, input.id)),
};
