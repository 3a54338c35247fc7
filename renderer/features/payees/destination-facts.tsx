import type { ReactNode } from 'react';
import type { Destination } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Ago, useNowMs } from '../../ui/time.tsx';
import { spanText } from '../../ui/time-text.ts';
import { LookAlike } from './look-alike.tsx';
import { ScreeningLine } from './screening-line.tsx';

const say = words.payees.destination;

/** How long a confirmed destination still rests; null where it does not. */
export function restLeftMs({ status, usableFromMs }: Destination, nowMs: number): number | null {
  return status === 'confirmed' && usableFromMs !== null && usableFromMs > nowMs ? usableFromMs - nowMs : null;
}

function State({ destination }: { readonly destination: Destination }) {
  const now = useNowMs();
  const left = restLeftMs(destination, now);
  if (destination.status === 'proposed') {
    return <span className="text-amber">{words.payees.destinationStatus.proposed}</span>;
  }
  if (destination.status === 'retired') return <span>{words.payees.destinationStatus.retired}</span>;
  return left === null ? <span>{say.usable}</span> : <span className="text-amber">{say.resting(spanText(left))}</span>;
}

/** Everything about where somebody is paid, in full. */
export function DestinationFacts({
  destination,
  replaced,
}: {
  readonly destination: Destination;
  readonly replaced?: Destination | undefined;
}) {
  const { memo, extraId, currency, federation, lookAlikeOf } = destination;
  return (
    <div className="flex flex-col gap-2">
      <p className="flex justify-between gap-3 text-xs text-soft">
        <span className="font-medium">{words.rails[destination.rail]}</span>
        <State destination={destination} />
      </p>
      {lookAlikeOf === null ? (
        <FullAddress address={destination.address} />
      ) : (
        <LookAlike address={destination.address} of={lookAlikeOf} />
      )}
      <Facts>
        {federation === null ? null : <Fact name={say.federation}>{federation}</Fact>}
        {currency === null ? null : <Fact name={say.currency}>{currency}</Fact>}
        {memo === null ? null : (
          <Fact name={`${say.memoType}: ${say.memoTypes[memo.type]}`}>
            <span className="font-mono text-xs break-all">{memo.value}</span>
          </Fact>
        )}
        {extraId === null ? null : (
          <Fact name={say.extraId}>
            <span className="font-mono text-xs break-all">{extraId}</span>
          </Fact>
        )}
        {destination.screening === null ? null : (
          <Fact name={words.payees.screening.title}>
            <ScreeningLine screening={destination.screening} />
          </Fact>
        )}
      </Facts>
      <div className="text-xs text-faint">
        <Passed text={say.proposed(destination.proposedBy.name)} atMs={destination.createdAtMs} />
        {destination.confirmedBy !== null && destination.confirmedAtMs !== null ? (
          <Passed text={say.confirmed(destination.confirmedBy.name)} atMs={destination.confirmedAtMs} />
        ) : null}
        {destination.retiredAtMs === null ? null : <Passed text={say.retired} atMs={destination.retiredAtMs} />}
      </div>
      {replaced && destination.status === 'proposed' ? (
        <div className="text-xs text-soft">
          {say.replaces}
          <FullAddress address={replaced.address} />
        </div>
      ) : null}
    </div>
  );
}

function Passed({ text, atMs }: { readonly text: ReactNode; readonly atMs: number }) {
  return (
    <p>
      {text} · <Ago atMs={atMs} />
    </p>
  );
}
