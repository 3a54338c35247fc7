import type { ChainState, HeldBackWhy } from '../../contract/chain.ts';
import { ERRORS, type ErrorCode } from '../../contract/errors.ts';
import type { ClaimState } from '../../contract/payouts.ts';
import { Refusal } from '../../errors/refusal.ts';

export class ChainError extends Refusal {
  override readonly name = 'ChainError';
}

export const unknownTransaction = (id: string) => new ChainError('chain.unknown', { id });
export const notConfigured = (missing: string) => new ChainError('chain.not_configured', { missing });
export const badSetting = (name: string, why: string) =>
  new ChainError('chain.setting', { name, why }, `${name}: ${why}`);
export const unreachable = (why: string) => new ChainError('chain.unreachable', { why });
export const inFlight = (id: string, state: ChainState) => new ChainError('chain.in_flight', { id, state });
export const nothingToBuild = () => new ChainError('chain.nothing_to_build');

/** What is wrong with a call itself has a code of its own. */
const codeOf = (why: HeldBackWhy): ErrorCode => {
  if (!why.startsWith('contract.')) return 'chain.nothing_payable';
  return why === 'contract.method' ? 'chain.method' : (why as Extract<HeldBackWhy & ErrorCode, `contract.${string}`>);
};
export const nothingPayable = (
  first: { readonly payout: { readonly id: string }; readonly why: HeldBackWhy; readonly said: string | null },
  count: number,
) =>
  new ChainError(codeOf(first.why), {
    payoutId: first.payout.id,
    why: first.why,
    count,
    ...(first.said === null ? {} : { said: first.said }),
  });
export const feeAboveMaximum = (feeMinor: bigint, maximumMinor: bigint) =>
  new ChainError('chain.fee_above_maximum', { feeMinor: feeMinor.toString(), maximumMinor: maximumMinor.toString() });
export const wrongState = (id: string, state: ChainState) => new ChainError('chain.state', { id, state });
export const timeOver = (id: string, maxTimeS: bigint) =>
  new ChainError('chain.time_over', { id, maxTimeS: Number(maxTimeS) });
export const buildOnly = () => new ChainError('rail.build_only');
export const differs = (id: string, part: string) =>
  new ChainError('chain.differs', { id, part }, `${ERRORS['chain.differs'].message} The first difference: ${part}.`);
/** `why` is what stands against paying that one of its payouts. */
export const unproven = (id: string, payoutId: string, why: string) =>
  new ChainError('chain.unproven', { id, payoutId, why });
export const notDiscardable = (id: string, because: 'handed_out' | 'signed') =>
  new ChainError('chain.not_discardable', { id, because });
export const submissionsUsedUp = (id: string, submissions: bigint) =>
  new ChainError(
    'chain.state',
    { id, submissions: Number(submissions) },
    'It was submitted as often as it may be; only its hash tells what became of it.',
  );
export const noSimulation = () => new ChainError('contract.no_simulation');
/** It was built anew, as `id`; whoever was about to sign the one before reads that first. */
export const simulationChanged = (id: string) => new ChainError('contract.simulation_changed', { id });
export const hotKeyCap = (payoutId: string, leftMinor: bigint) =>
  new ChainError('chain.hot_key_cap', { payoutId, leftMinor: leftMinor.toString() });
export const hotKeyRefused = (source: string) => new ChainError('chain.hot_key_refused', { source });
export const bumpUnsigned = (account: string) => new ChainError('chain.bump_unsigned', { account });
export const feeAccountMissing = (account: string) => new ChainError('chain.fee_account_missing', { account });
export const feeAccountPoor = (account: string, spendableMinor: bigint, feeMinor: bigint) =>
  new ChainError('chain.fee_account_poor', {
    account,
    spendableMinor: spendableMinor.toString(),
    feeMinor: feeMinor.toString(),
  });
export const feeCap = (account: string, feeMinor: bigint, leftMinor: bigint) =>
  new ChainError('chain.fee_cap', { account, feeMinor: feeMinor.toString(), leftMinor: leftMinor.toString() });
export const badAddress = (why: string) => new ChainError('chain.address', { why }, why);
export const notAnAccount = (address: string) => new ChainError('chain.not_an_account', { address });
export const badAmount = (why: string) => new ChainError('chain.amount', { why });
export const badAsset = (asset: string) => new ChainError('chain.asset', { asset });
export const payoutDiffers = (reference: string, part: string) =>
  new ChainError('chain.payout_differs', { reference, part });
export const payoutState = (id: string, status: string) => new ChainError('chain.payout_state', { id, status });
export const unknownClaim = (id: string) => new ChainError('claim.unknown', { id });
export const claimOver = (payoutId: string, state: ClaimState) => new ChainError('claim.over', { payoutId, state });
/** Only the account that set it aside can take it back. */
export const claimOtherSource = (payoutId: string, source: string) =>
  new ChainError('claim.other_source', { payoutId, source });
export const claimTooEarly = (payoutId: string, fromMs: number) =>
  new ChainError('claim.too_early', { payoutId, fromMs });
export const tooLateToBump = (id: string, state: ChainState) => new ChainError('chain.too_late_to_bump', { id, state });
export const unsigned = (id: string) => new ChainError('transaction.unsigned', { id });
export const tooFewSignatures = (weight: number, needed: number) =>
  new ChainError('transaction.too_few_signatures', { weight, needed });
/** Where nobody signs after it. */
export const tooLight = (weight: number, needed: number) =>
  new ChainError(
    'transaction.too_few_signatures',
    { weight, needed },
    'The key on this Ledger weighs too little to pay a higher fee for this account by itself.',
  );
/** Asked of one network, the other would seem to know that there is nothing. */
export const onOtherNetwork = (id: string, network: string) =>
  new ChainError('chain.state', { id, network }, `The transaction is on another network: ${network}.`);
