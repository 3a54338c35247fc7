/** What two people do together: resolve, unfreeze, lift the fence. */
import { prepareAct, termsOf, waitingActs } from '../../../core/approvals/acts.ts';
import { actUnsigned } from '../../../core/approvals/errors.ts';
import { fenceStatus, recordComparison } from '../../../core/payouts/fence.ts';
import { freeze, freezesInForce } from '../../../core/payouts/freezes.ts';
import { provenUnknown } from '../../../core/payouts/proven-unknown.ts';
import { findPayout } from '../../../core/payouts/repository.ts';
import { type ProvenUnknown, signActOfTwo } from '../../../core/payouts/resolve.ts';
import { type CallOf, callerIn, command, openOf, procedures } from '../calls.ts';

interface Signed {
  readonly statement: string;
  readonly signature: string;
}

/** Takes one signature in. `payoutId`: the only payout it may be about, where the path names one. */
export async function signForTwo(call: CallOf, { statement, signature }: Signed, payoutId: string | null) {
  const terms = termsOf(statement);
  const resolved = terms?.kind === 'resolution' ? terms.payoutId : null;
  // The provider is asked before the transaction what it knows of attempts without an outcome.
  const proven = resolved === null ? new Set<string>() : await unknownToProvider(call, resolved);
  const act = await command(call, (work) => {
    if (payoutId !== null && resolved !== payoutId) throw actUnsigned();
    return signActOfTwo(work, { statement, signature }, proven);
  });
  if (act.complete) await call.keeper.settleSlots();
  return { signatures: act.signatures, needed: act.needed, done: act.complete };
}

async function unknownToProvider(call: CallOf, payoutId: string): Promise<ProvenUnknown> {
  const open = openOf(call);
  const { writer, clock } = open.treasury;
  const payout = await findPayout(writer, payoutId);
  const provider = payout && (await open.providers.of(payout.rail));
  return provider ? provenUnknown(writer, provider, payout.id, clock.nowMs()) : new Set();
}

export const acts = {
  prepare: procedures.acts.prepare.handler(({ context: { call }, input }) => {
    const { treasury } = openOf(call);
    return prepareAct(treasury.writer, callerIn(call).staff, input.terms, treasury.clock.nowMs());
  }),

  sign: procedures.acts.sign.handler(({ context: { call }, input }) => signForTwo(call, input, null)),

  waiting: procedures.acts.waiting.handler(async ({ context: { call } }) =>
    (await waitingActs(openOf(call).treasury.writer, openOf(call).clock.nowMs())).map((act) => ({
      ...act,
      signedBy: [...act.signedBy],
    })),
  ),
};

export const freezes = {
  list: procedures.freezes.list.handler(async ({ context: { call } }) => [
    ...(await freezesInForce(openOf(call).treasury.writer)),
  ]),

  freeze: procedures.freezes.freeze.handler(({ context: { call }, input }) =>
    command(call, (work) => freeze(work, input)),
  ),
};

export const fence = {
  status: procedures.fence.status.handler(({ context: { call } }) => fenceStatus(openOf(call).treasury.writer)),

  compare: procedures.fence.compare.handler(async ({ context: { call } }) => {
    const open = openOf(call);
    const { records, quarantined } = await open.compareHistory();
    await command(call, (work) => recordComparison(work, { records, quarantined }));
    const { comparedAtMs } = await fenceStatus(open.treasury.writer);
    if (comparedAtMs === null) throw new Error('A comparison was recorded and is not there');
    return { comparedAtMs, records, quarantined };
  }),
};
