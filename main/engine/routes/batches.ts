import type { RailName } from '../../../core/contract/payees.ts';
import { askAgain } from '../../../core/payouts/batches/ask-again.ts';
import { notScheduled } from '../../../core/payouts/batches/errors.ts';
import type { AskForQuote } from '../../../core/payouts/batches/quote.ts';
import { getBatch } from '../../../core/payouts/batches/records.ts';
import { releaseBatch } from '../../../core/payouts/batches/release.ts';
import { cancelScheduled } from '../../../core/payouts/batches/scheduled.ts';
import { batchDetail, batchPage, batchView } from '../../../core/payouts/batches/views.ts';
import { feeOfBatch } from '../../../core/payouts/fees.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import type { PayoutBatches } from '../../../core/rails/provider.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { type CallOf, command, driverOf, openOf, procedures } from '../calls.ts';

async function batchesOn(call: CallOf, rail: RailName): Promise<PayoutBatches | null> {
  return (await openOf(call).providers.require(rail)).batches ?? null;
}

async function quoteOn(call: CallOf, rail: RailName): Promise<AskForQuote | null> {
  const { providers } = openOf(call);
  const provider = await providers.of(rail);
  return provider && ((orders) => providers.estimates.ofAll(provider, orders));
}

export const batches = {
  list: procedures.batches.list.handler(({ context: { call }, input }) =>
    batchPage(openOf(call).treasury.writer, { open: input.open ?? false }, pageRequest(input)),
  ),

  get: procedures.batches.get.handler(({ context: { call }, input }) => {
    const { treasury } = openOf(call);
    return batchDetail(treasury.writer, input.id, treasury.clock.nowMs());
  }),

  fee: procedures.batches.fee.handler(async ({ context: { call }, input }) => {
    const { treasury, providers } = openOf(call);
    const { rail } = await getBatch(treasury.writer, input.id);
    const provider = await providers.of(rail);
    return feeOfBatch(treasury.writer, { estimates: providers.estimates, provider }, input.id);
  }),

  verify: procedures.batches.verify.handler(async ({ context: { call }, input }) => {
    const { treasury, jobs } = openOf(call);
    const { rail } = await getBatch(treasury.writer, input.id);
    const provider = await batchesOn(call, rail);
    const quote = await quoteOn(call, rail);
    if (!provider || !quote) throw new Error('A batch is of a provider that takes batches');
    const { action, actor, origin } = driverOf(call);
    const seen = input.fees?.map(({ assetId, amountMinor }) => ({ assetId, amountMinor: BigInt(amountMinor) })) ?? null;
    const releaser = { treasury, batches: provider, command: { action, actor, origin }, fee: { quote, seen } };
    try {
      return await batchView(treasury.writer, await releaseBatch(releaser, input.id, input.code));
    } finally {
      // Taken, refused or unanswered: what became of it is looked at now.
      jobs.lookAgain(`pay-${rail}`);
    }
  }),

  askAgain: procedures.batches.askAgain.handler(async ({ context: { call }, input }) => {
    const asked = await command(call, (work) => askAgain(work, input));
    openOf(call).jobs.lookAgain(`pay-${input.rail}`);
    return asked;
  }),

  cancelScheduled: procedures.batches.cancelScheduled.handler(async ({ context: { call }, input }) => {
    const { treasury } = openOf(call);
    const payout = await getPayout(treasury.writer, input.id);
    const provider = await batchesOn(call, payout.rail);
    if (!provider) throw notScheduled(payout.id, 'This provider puts nothing off.');
    const { action, actor, origin } = driverOf(call);
    const canceller = { treasury, batches: provider, command: { action, actor, origin } };
    const { id, status } = await cancelScheduled(canceller, { payoutId: input.id, reason: input.reason });
    return { id, status };
  }),
};
