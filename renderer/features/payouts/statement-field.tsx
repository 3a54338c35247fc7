import { useQuery } from '@tanstack/react-query';
import type { RoyaltyStatement } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { SelectField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/states.tsx';

const SHOWN = 100;

/** The payee's royalty statements with something left to pay out. */
export function useOpenStatements(payeeId: string | undefined) {
  return useQuery({
    ...orpc.statements.list.queryOptions({ input: { payee: payeeId ?? '', open: true, limit: SHOWN } }),
    enabled: payeeId !== undefined,
  });
}

export function leftOf(statement: RoyaltyStatement): string {
  return `${amountText(minorOf(statement.remainingMinor), statement.scale)} ${statement.assetCode}`;
}

interface Props {
  readonly open: ReturnType<typeof useOpenStatements>;
  readonly chosen: RoyaltyStatement | undefined;
  readonly onChoose: (statement: RoyaltyStatement | null) => void;
}

/** Which statement the payout is paid out of; nothing where the payee has none. */
export function StatementField({ open, chosen, onChoose }: Props) {
  if (open.isError) return <ErrorNote error={open.error} onRetry={() => void open.refetch()} />;
  const statements = open.data?.items ?? [];
  if (statements.length === 0) return null;
  return (
    <SelectField
      label={words.request.statement}
      hint={chosen ? words.request.statementLeft(leftOf(chosen)) : undefined}
      value={chosen?.id ?? ''}
      onText={(id) => onChoose(statements.find((statement) => statement.id === id) ?? null)}
      choices={[
        { value: '', label: words.request.noStatement },
        ...statements.map((statement) => ({
          value: statement.id,
          label: `${statement.reference} · ${leftOf(statement)}`,
        })),
      ]}
    />
  );
}
