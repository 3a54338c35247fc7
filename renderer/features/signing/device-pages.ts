/** What a Ledger's screen says of a transaction, in its order: the app's versions show different things. */
import type { ChainDocument } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';

const say = words.signing.device;

const PUBLIC = 'Public Global Stellar Network ; September 2015';

type Shown = Pick<ChainDocument, 'networkPassphrase' | 'memo' | 'maxTimeMs' | 'operations' | 'call' | 'payments'>;

/** Of app 6 and later; of an app that is not known yet, the pages that all of them have. */
const hidesConditions = (version: string | null) => version === null || Number(version.split('.')[0]) >= 6;

export function devicePages(document: Shown, version: string | null): readonly string[] {
  const { networkPassphrase, memo, operations, call, payments } = document;
  return [
    ...(networkPassphrase === PUBLIC ? [] : [say.pageNetwork]),
    ...(memo === null ? [] : [say.pageMemo(memo.value)]),
    say.pageFee,
    ...(hidesConditions(version) ? [] : [say.pageConditions]),
    call === null ? say.pageOperations(operations.length) : say.pageCall(payments),
    say.pageApprove,
  ];
}

/** What it does not show and this screen does: the reason to read both. */
export function hiddenOnDevice({ operations }: Pick<Shown, 'operations'>, version: string | null): readonly string[] {
  const leavesToClaim = operations.some(({ type }) => type === 'createClaimableBalance');
  return [
    hidesConditions(version) ? say.hiddenBySix : say.hiddenByFive,
    ...(leavesToClaim ? [say.hiddenClaimants] : []),
  ];
}
