import { useState } from 'react';
import type { CreditAccountView } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText } from '../../ui/amount-text.ts';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { CREDITS, useMint } from './use-campaigns.ts';

const say = words.members.mint;

interface Props {
  readonly member: CreditAccountView;
  readonly onDone: () => void;
}

export function MintForm({ member, onDone }: Props) {
  const [typed, setTyped] = useState('');
  /** One key for one form: sent twice, it mints once. */
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const mint = useMint();
  const { minor } = typedAmount(typed, CREDITS.scale);
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <AmountField label={say.amount} typed={typed} onType={setTyped} asset={CREDITS} />
      <ReasonForm
        kind="primary"
        consequence={
          minor === null
            ? say.consequencePlain
            : say.consequence(`${amountText(minor, CREDITS.scale)} ${CREDITS.code}`, member.name)
        }
        submit={say.submit}
        ready={minor !== null}
        focus={false}
        busy={mint.isPending}
        error={mint.error}
        onSubmit={(reason) => {
          if (minor === null) return;
          mint.mutate({ id: member.id, amountMinor: minor.toString(), reason, idempotencyKey }, { onSuccess: onDone });
        }}
        onCancel={onDone}
      />
    </PanelTask>
  );
}
