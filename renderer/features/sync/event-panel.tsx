import type { ProviderEvent, RailName } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Moment } from '../../ui/time.tsx';
import { Outcome, whatItSays } from './event-text.tsx';
import { useProviderEvent, useRetryEvent } from './use-sync.ts';

const say = words.sync;
const LINK = 'text-accent hover:underline';

export function EventPanel({ rail, eventId }: { readonly rail: RailName; readonly eventId: string }) {
  const { data: event, isPending, error, refetch } = useProviderEvent(rail, eventId);
  return (
    <Panel
      of={`${rail}:${eventId}`}
      label={say.panel}
      onClose={() => go({ open: null })}
      title={
        <>
          <h2 className="text-base font-semibold">{event ? whatItSays(event) : say.panel}</h2>
          <p className="truncate font-mono text-xs text-soft">{eventId}</p>
        </>
      }
    >
      {isPending ? <LoadingLines lines={8} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {event ? (
        <>
          <div className="flex flex-col gap-1">
            <Outcome outcome={event.outcome} />
            <p className="text-soft">{say.meaning[event.outcome]}</p>
          </div>
          {event.error === null ? null : <Trouble event={event} error={event.error} />}
          <EventFacts event={event} ourKey={event.key} />
          <Section title={say.raw} action={<CopyButton text={event.raw} />}>
            <pre className="max-h-96 overflow-auto rounded-md bg-hover p-3 font-mono text-xs break-all whitespace-pre-wrap">
              {laidOut(event.raw)}
            </pre>
          </Section>
        </>
      ) : null}
    </Panel>
  );
}

function Trouble({ event, error }: { readonly event: ProviderEvent; readonly error: string }) {
  const retry = useRetryEvent();
  const mayRetry = hasAnyRole(useMe(), ['controller', 'admin']);
  return (
    <>
      <div className="flex flex-col gap-1 rounded-md bg-red-wash px-3 py-2.5">
        <p className="font-medium text-red">{say.error}</p>
        <p className="break-words">{error}</p>
      </div>
      {event.outcome === 'dead' && mayRetry ? (
        <div>
          <Button
            kind="primary"
            busy={retry.isPending}
            onClick={() => retry.mutate({ rail: event.rail, eventId: event.eventId })}
          >
            {say.retry}
          </Button>
        </div>
      ) : null}
      {retry.error ? <ErrorNote error={retry.error} /> : null}
      {retry.data ? <p role="status">{say.retried}</p> : null}
    </>
  );
}

function EventFacts({ event, ourKey }: { readonly event: ProviderEvent; readonly ourKey: string | null }) {
  return (
    <Facts>
      <Fact name={words.columns.rail}>
        <a href={hrefOf('sync', event.rail)} className={LINK}>
          {words.rails[event.rail]}
        </a>
      </Fact>
      {event.amountMinor === null || event.scale === null || event.assetCode === null ? null : (
        <Fact name={words.columns.amount}>
          <Amount minor={event.amountMinor} scale={event.scale} code={event.assetCode} />
        </Fact>
      )}
      <Fact name={say.payout}>
        {event.payout ? (
          <>
            <a href={hrefOf('payouts', event.payout.id)} className={LINK}>
              {event.payout.reference}
            </a>
            <span className="block">
              <Status status={event.payout.status} />
            </span>
            <a href={hrefOf('sync', null, { payout: event.payout.id })} className={`text-xs ${LINK}`}>
              {say.others}
            </a>
          </>
        ) : (
          <span className="text-soft">{say.noPayout}</span>
        )}
      </Fact>
      <Fact name={say.reference}>
        <span className="font-mono text-xs break-all">{event.reference}</span>
      </Fact>
      {ourKey === null ? null : (
        <Fact name={say.key}>
          <span className="font-mono text-xs break-all">{ourKey}</span>
        </Fact>
      )}
      {event.atMs === null ? null : (
        <Fact name={say.happened}>
          <Moment atMs={event.atMs} />
        </Fact>
      )}
      <Fact name={say.received}>
        <Moment atMs={event.receivedAtMs} />
      </Fact>
      {event.handledAtMs === null ? null : (
        <Fact name={say.handled}>
          <Moment atMs={event.handledAtMs} />
        </Fact>
      )}
      {event.tries === 0 ? null : <Fact name={say.tries}>{event.tries}</Fact>}
      {event.nextTryAtMs === null ? null : (
        <Fact name={say.nextTry}>
          <Moment atMs={event.nextTryAtMs} />
        </Fact>
      )}
    </Facts>
  );
}

/** Laid out for reading; what is no JSON stands as it came. */
function laidOut(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return raw;
    throw error;
  }
}
