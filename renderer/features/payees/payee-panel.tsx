import { useState } from 'react';
import type { Payee } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Moment, useNowMs } from '../../ui/time.tsx';
import { FreezeLink } from '../freezes/freeze-link.tsx';
import { DestinationCard } from './destination-card.tsx';
import { LatestPayouts } from './latest-payouts.tsx';
import { type PayeeTask, PayeeTaskForm } from './payee-task.tsx';
import { ScreeningLine } from './screening-line.tsx';
import { usePayee } from './use-payees.ts';

const say = words.payees;

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

/** Mounted anew for each payee, so that nothing begun with one is finished with another. */
export function PayeePanel({ id, onClose }: Props) {
  const me = useMe();
  const { data: payee, isPending, error, refetch } = usePayee(id);
  const [task, setTask] = useState<PayeeTask | null>(null);
  const mayRequest = payee?.status === 'active' && hasAnyRole(me, ['operator']);
  return (
    <Panel
      of={`${id} ${task?.act ?? ''}`}
      label={say.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="truncate text-base font-semibold">{payee?.name ?? say.panel}</h2>
          <p className="truncate text-soft">{payee?.reference}</p>
        </>
      }
      footer={
        mayRequest && task === null ? (
          <Button onClick={() => go({ place: 'payouts', open: 'new', params: { payee: id } })}>{say.request}</Button>
        ) : undefined
      }
    >
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {payee && task ? <PayeeTaskForm payee={payee} task={task} onDone={() => setTask(null)} /> : null}
      {payee && !task ? <PayeeRecord payee={payee} onTask={setTask} /> : null}
    </Panel>
  );
}

function PayeeRecord({ payee, onTask }: { readonly payee: Payee; readonly onTask: (task: PayeeTask) => void }) {
  const me = useMe();
  const mayChange = hasAnyRole(me, ['operator', 'admin']);
  const active = payee.status === 'active';
  return (
    <>
      <PayeeFacts payee={payee} />
      {mayChange ? (
        <div className="flex gap-2">
          <Button onClick={() => onTask({ act: 'edit' })}>{say.edit}</Button>
          {active ? (
            <Button kind="danger" onClick={() => onTask({ act: 'close' })}>
              {say.closing.button}
            </Button>
          ) : (
            <Button onClick={() => onTask({ act: 'reopen' })}>{say.reopening.button}</Button>
          )}
        </div>
      ) : null}
      <Destinations payee={payee} onTask={onTask} />
      <Section
        title={say.payouts}
        action={
          <a
            href={hrefOf('statements', null, { payee: payee.id })}
            className="text-xs text-accent underline-offset-2 hover:underline"
          >
            {say.statements}
          </a>
        }
      >
        <LatestPayouts payeeId={payee.id} />
      </Section>
      <p>
        <FreezeLink scope="payee" target={payee.id}>
          {words.payouts.freezePayee}
        </FreezeLink>
      </p>
    </>
  );
}

/** Until then nothing is mailed to it. */
function EmailRest({ payee: { emailFromMs } }: { readonly payee: Payee }) {
  const now = useNowMs();
  if (emailFromMs === null || emailFromMs <= now) return null;
  return (
    <span className="block text-xs text-soft">
      {say.emailRests} <Moment atMs={emailFromMs} />
    </span>
  );
}

function PayeeFacts({ payee }: { readonly payee: Payee }) {
  return (
    <Facts>
      <Fact name={words.columns.status}>{say.status[payee.status]}</Fact>
      {payee.closedReason === null ? null : <Fact name={say.closedBecause}>{payee.closedReason}</Fact>}
      {payee.email === null ? null : (
        <Fact name={say.email}>
          {payee.email}
          <EmailRest payee={payee} />
        </Fact>
      )}
      {payee.tags.length === 0 ? null : (
        <Fact name={say.tags}>
          {payee.tags.map((tag) => (
            <a
              key={tag}
              href={hrefOf('payees', null, { tag })}
              className="mr-1.5 inline-block rounded bg-hover px-1.5 text-xs leading-5 hover:text-accent"
            >
              {tag}
            </a>
          ))}
        </Fact>
      )}
      <Fact name={say.owed}>
        <span title={say.owedNote}>
          {payee.owed.length === 0 ? (
            <span className="text-faint">{say.owedNothing}</span>
          ) : (
            payee.owed.map(({ assetId, assetCode, scale, amountMinor }) => (
              <span key={assetId} className="block">
                <Amount minor={amountMinor} scale={scale} code={assetCode} />
              </span>
            ))
          )}
        </span>
      </Fact>
      {payee.screening === null ? null : (
        <Fact name={say.screening.title}>
          <ScreeningLine screening={payee.screening} />
        </Fact>
      )}
      <Fact name={say.added}>
        <Moment atMs={payee.createdAtMs} />
      </Fact>
    </Facts>
  );
}

/** Those in use first; what was retired stays to be seen. */
function Destinations({ payee, onTask }: { readonly payee: Payee; readonly onTask: (task: PayeeTask) => void }) {
  const me = useMe();
  const active = payee.status === 'active';
  const mayPropose = active && hasAnyRole(me, ['operator', 'admin']);
  const mayRetire = hasAnyRole(me, ['operator', 'approver', 'admin']);
  const ordered = [...payee.destinations].sort(
    (a, b) => Number(a.status === 'retired') - Number(b.status === 'retired'),
  );
  return (
    <Section
      title={say.destinations}
      action={
        mayPropose ? (
          <Button kind="quiet" className="h-7" onClick={() => onTask({ act: 'propose', replaces: null })}>
            {say.destination.propose}
          </Button>
        ) : null
      }
    >
      {ordered.length === 0 ? <p className="text-soft">{say.noDestinations}</p> : null}
      <ul className="flex flex-col gap-2">
        {ordered.map((destination) => (
          <DestinationCard
            key={destination.id}
            destination={destination}
            replaced={payee.destinations.find(({ id }) => id === destination.replaces)}
            onReplace={mayPropose ? () => onTask({ act: 'propose', replaces: destination }) : undefined}
            onRetire={mayRetire ? () => onTask({ act: 'retire', destination }) : undefined}
          />
        ))}
      </ul>
    </Section>
  );
}
