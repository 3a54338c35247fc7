import type { RoyaltyStatement } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { useDeleteStatement } from './use-statements.ts';

const { deleting, delete: title } = words.statements;

interface Props {
  readonly statement: RoyaltyStatement;
  readonly onDone: () => void;
}

export function DeleteStatement({ statement, onDone }: Props) {
  const remove = useDeleteStatement();
  const left = minorOf(statement.remainingMinor);
  return (
    <PanelTask title={title} onCancel={onDone}>
      <ReasonForm
        consequence={
          <ul className="flex list-disc flex-col gap-1 pl-4">
            <li>
              {left > 0n
                ? deleting.owed(`${amountText(left, statement.scale)} ${statement.assetCode}`)
                : deleting.owedNothing}
            </li>
            <li>{deleting.payouts}</li>
            <li>{deleting.reference(statement.reference)}</li>
          </ul>
        }
        submit={deleting.submit}
        busy={remove.isPending}
        error={remove.error}
        onSubmit={(reason) => remove.mutate({ id: statement.id, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}
