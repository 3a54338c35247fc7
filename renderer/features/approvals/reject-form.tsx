import type { Payout } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { useRejectPayout } from '../payouts/use-payout-actions.ts';

interface Props {
  readonly payout: Payout;
  readonly onClose: () => void;
  readonly onRejected: (payout: Payout) => void;
}

/** An approver's no, with its reason: the payout ends. */
export function RejectForm({ payout, onClose, onRejected }: Props) {
  const reject = useRejectPayout(() => onRejected(payout));
  return (
    <ReasonForm
      consequence={words.approvals.rejectSays}
      reasonHint={words.approvals.rejectReasonHint}
      submit={words.approvals.rejectSubmit}
      busy={reject.isPending}
      error={reject.error}
      onSubmit={(reason) => reject.mutate({ id: payout.id, reason })}
      onCancel={onClose}
    />
  );
}
