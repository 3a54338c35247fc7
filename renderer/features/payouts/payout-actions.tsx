import { useState } from 'react';
import type { Payout } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { useCancelPayout, useRetryPayout, useSetAside, useTakeBack } from './use-payout-actions.ts';

const WORDS = words.payoutActions;

type WithReason = 'cancel' | 'retry' | 'quarantine' | 'takeBack';

/** What this person may do with the payout as it is now; the engine decides again when they do. */
function useMayDo(payout: Payout) {
  const me = useMe();
  const { status } = payout;
  const handles = hasAnyRole(me, ['operator', 'approver', 'controller']);
  return {
    review: payout.canApprove,
    edit: status === 'pending' && hasAnyRole(me, ['operator']),
    way: (status === 'pending' || status === 'approved') && payout.rail === 'stellar' && hasAnyRole(me, ['operator']),
    cancel: (status === 'pending' || status === 'approved') && handles,
    retry: status === 'failed' && hasAnyRole(me, ['operator', 'controller']),
    quarantine: status !== 'quarantined' && handles,
    takeBack: status === 'processing' && payout.rail === 'nowpayments' && hasAnyRole(me, ['signer']),
  };
}

function consequenceOf(act: WithReason, payout: Payout): string {
  switch (act) {
    case 'cancel':
      return payout.status === 'approved' ? WORDS.cancelApproved : WORDS.cancelPending;
    case 'retry':
      return payout.rail === 'nowpayments' ? `${WORDS.retrySays} ${WORDS.retryUnsure}` : WORDS.retrySays;
    case 'quarantine':
      return WORDS.quarantineSays;
    case 'takeBack':
      return words.batches.takeBackSays;
  }
}

function ActForm({
  act,
  payout,
  onClose,
}: {
  readonly act: WithReason;
  readonly payout: Payout;
  readonly onClose: () => void;
}) {
  const mutations = {
    cancel: useCancelPayout(),
    retry: useRetryPayout(),
    quarantine: useSetAside(),
    takeBack: useTakeBack(),
  };
  const mutation = mutations[act];
  return (
    <ReasonForm
      consequence={consequenceOf(act, payout)}
      submit={act === 'takeBack' ? words.batches.takeBack : WORDS[act]}
      kind={act === 'retry' ? 'primary' : 'danger'}
      busy={mutation.isPending}
      error={mutation.error}
      onSubmit={(reason) => mutation.mutate({ id: payout.id, reason }, { onSuccess: onClose })}
      onCancel={onClose}
    />
  );
}

interface Props {
  readonly payout: Payout;
  readonly onEdit: () => void;
  readonly onWay: () => void;
}

/** The ways a payout goes on from here; each asks for its reason before anything happens. */
export function PayoutActions({ payout, onEdit, onWay }: Props) {
  const may = useMayDo(payout);
  const [act, setAct] = useState<WithReason | null>(null);
  if (act !== null && may[act]) return <ActForm key={act} act={act} payout={payout} onClose={() => setAct(null)} />;
  if (!Object.values(may).some(Boolean)) return null;
  return (
    <fieldset aria-label={WORDS.label} className="flex flex-wrap gap-2">
      {may.review ? (
        <Button kind="primary" onClick={() => go({ place: 'approvals', open: payout.id, params: {} })}>
          {words.payouts.reviewHere}
        </Button>
      ) : null}
      {may.retry ? (
        <Button kind="primary" onClick={() => setAct('retry')}>
          {WORDS.retry}
        </Button>
      ) : null}
      {may.edit ? <Button onClick={onEdit}>{WORDS.edit}</Button> : null}
      {may.way ? <Button onClick={onWay}>{words.ways.open}</Button> : null}
      {may.cancel ? (
        <Button kind="danger" onClick={() => setAct('cancel')}>
          {WORDS.cancel}
        </Button>
      ) : null}
      {may.takeBack ? (
        <Button kind="danger" onClick={() => setAct('takeBack')}>
          {words.batches.takeBack}
        </Button>
      ) : null}
      {may.quarantine ? (
        <Button kind="quiet" onClick={() => setAct('quarantine')}>
          {WORDS.quarantine}
        </Button>
      ) : null}
    </fieldset>
  );
}
