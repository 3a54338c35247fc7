import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { usePayee, usePayoutsOf } from './use-payees.ts';

function LatestPayouts({ payeeId }: { readonly payeeId: string }) {
  const { data, isPending, error, refetch } = usePayoutsOf(payeeId);
  if (isPending) return <LoadingLines lines={3} />;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <p className="text-soft">{words.payees.noPayouts}</p>;
  return (
    <ul className="-mx-2 flex flex-col">
      {data.items.map((payout) => (
        <li key={payout.id}>
          <a
            href={hrefOf('payouts', payout.id)}
            className="grid grid-cols-[7rem_minmax(0,1fr)_auto] items-center gap-3 rounded px-2 py-1 hover:bg-hover"
          >
            <Status status={payout.status} settled={payout.settled} />
            <Ago atMs={payout.createdAtMs} />
            <Amount minor={payout.amountMinor} scale={payout.scale} code={payout.assetCode} />
          </a>
        </li>
      ))}
    </ul>
  );
}

export function PayeePanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const me = useMe();
  const { data: payee, isPending, error, refetch } = usePayee(id);
  return (
    <Panel
      of={id}
      label={words.payees.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="truncate text-base font-semibold">{payee?.name ?? words.payees.panel}</h2>
          <p className="text-soft">{payee?.reference}</p>
        </>
      }
      footer={
        payee?.status === 'active' && hasAnyRole(me, ['operator']) ? (
          <Button onClick={() => go({ place: 'payouts', open: 'new', params: { payee: id } })}>
            {words.payees.request}
          </Button>
        ) : undefined
      }
    >
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {payee ? (
        <>
          <Facts>
            <Fact name={words.columns.status}>{words.payees.status[payee.status]}</Fact>
            {payee.email ? <Fact name={words.payees.email}>{payee.email}</Fact> : null}
            <Fact name={words.payees.added}>
              <Moment atMs={payee.createdAtMs} />
            </Fact>
          </Facts>
          <Section title={words.payees.destinations}>
            {payee.destinations.map((destination) => (
              <div key={destination.id} className="rounded-md border border-line px-3 py-2">
                <p className="flex justify-between text-xs text-soft">
                  <span>{words.rails[destination.rail]}</span>
                  <span>{words.payees.destinationStatus[destination.status]}</span>
                </p>
                <FullAddress address={destination.address} />
              </div>
            ))}
          </Section>
          <Section title={words.payees.payouts}>
            <LatestPayouts payeeId={payee.id} />
          </Section>
        </>
      ) : null}
    </Panel>
  );
}
