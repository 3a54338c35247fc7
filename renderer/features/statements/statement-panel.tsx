import { useState } from 'react';
import type { RoyaltyStatement } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { DeleteStatement } from './delete-statement.tsx';
import { PayoutsNaming } from './payouts-naming.tsx';
import { periodText } from './period-text.ts';
import { StatementLines } from './statement-lines.tsx';
import { useStatement } from './use-statements.ts';

const say = words.statements;

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

export function StatementPanel({ id, onClose }: Props) {
  const me = useMe();
  const { data: statement, isPending, error, refetch } = useStatement(id);
  const [deleting, setDeleting] = useState(false);
  const isOpen = statement?.status === 'open';
  const mayDelete = isOpen && hasAnyRole(me, ['operator', 'controller']);
  const left = statement ? minorOf(statement.remainingMinor) : 0n;
  return (
    <Panel
      of={`${id} ${deleting}`}
      label={say.panel}
      onClose={onClose}
      title={
        statement ? (
          <>
            <h2 className="text-xl font-semibold">
              <Amount minor={statement.totalMinor} scale={statement.scale} code={statement.assetCode} />
            </h2>
            <p className="truncate text-soft">
              {statement.creator.name} · {statement.reference}
            </p>
          </>
        ) : (
          <h2 className="text-base font-semibold">{say.panel}</h2>
        )
      }
      footer={
        statement && isOpen && !deleting && hasAnyRole(me, ['operator']) ? (
          left > 0n ? (
            <Button
              kind="primary"
              onClick={() =>
                go({
                  place: 'payouts',
                  open: 'new',
                  params: { payee: statement.creator.id, statement: statement.id },
                })
              }
            >
              {say.request}
            </Button>
          ) : (
            <p className="text-soft">{say.nothingLeft}</p>
          )
        ) : undefined
      }
    >
      {isPending ? <LoadingLines lines={8} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {statement && deleting ? <DeleteStatement statement={statement} onDone={() => setDeleting(false)} /> : null}
      {statement && !deleting ? (
        <>
          <StatementFacts statement={statement} />
          {mayDelete ? (
            <div>
              <Button kind="danger" onClick={() => setDeleting(true)}>
                {say.delete}
              </Button>
            </div>
          ) : null}
          <Section title={say.lines(statement.lines.length.toLocaleString())}>
            <StatementLines statement={statement} />
          </Section>
          <Section title={say.payouts}>
            <PayoutsNaming statementId={statement.id} payeeId={statement.creator.id} />
          </Section>
        </>
      ) : null}
    </Panel>
  );
}

function StatementFacts({ statement }: { readonly statement: RoyaltyStatement }) {
  const amounts = [
    [say.claimed, statement.claimedMinor],
    [say.paid, statement.paidMinor],
    [say.remaining, statement.remainingMinor],
  ] as const;
  return (
    <Facts>
      {statement.status === 'deleted' ? <Fact name={say.statusLabel}>{say.status.deleted}</Fact> : null}
      <Fact name={say.creator}>
        <a href={hrefOf('payees', statement.creator.id)} className="text-accent hover:underline">
          {statement.creator.name}
        </a>{' '}
        <span className="text-soft">{statement.creator.reference}</span>
      </Fact>
      <Fact name={say.period}>{periodText(statement.periodFrom, statement.periodTo)}</Fact>
      {amounts.map(([name, minor]) => (
        <Fact key={name} name={name}>
          <Amount minor={minor} scale={statement.scale} code={statement.assetCode} quietZero />
        </Fact>
      ))}
      <Fact name={say.entered}>
        <Moment atMs={statement.createdAtMs} />
      </Fact>
      <Fact name={say.enteredBy}>{statement.createdBy}</Fact>
    </Facts>
  );
}
