import type { Queued } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { type Decision, useDecide } from './use-decisions.ts';

const say = words.approvals;

const FORMS = {
  reject: { consequence: say.rejectSays, reasonHint: say.rejectReasonHint, submit: say.rejectSubmit, kind: 'danger' },
  changes: {
    consequence: say.changesSays,
    reasonLabel: say.changesLabel,
    reasonHint: say.changesHint,
    submit: say.changesSubmit,
    kind: 'primary',
  },
  withdraw: { consequence: say.withdrawSays, submit: say.withdrawSubmit, kind: 'danger' },
} as const;

const SAID: Record<Decision, (name: string) => string> = {
  reject: say.rejected,
  changes: say.changesDone,
  withdraw: say.withdrawn,
};

interface Props {
  readonly decision: Decision;
  readonly payout: Queued;
  readonly onClose: () => void;
  /** What was done, in a sentence. */
  readonly onDecided: (said: string) => void;
}

/** A no, a not yet, or a second thought: its consequence first, then why. */
export function DecisionForm({ decision, payout, onClose, onDecided }: Props) {
  const decide = useDecide((done) => {
    onDecided(SAID[done](payout.payee.name));
    onClose();
  });
  return (
    <ReasonForm
      {...FORMS[decision]}
      busy={decide.isPending}
      error={decide.error}
      onSubmit={(text) => decide.mutate({ id: payout.id, decision, text })}
      onCancel={onClose}
    />
  );
}
