import type { OnwardPayment, PayoutStatus } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { StatusLike } from '../../ui/status.tsx';
import { Ago, Moment } from '../../ui/time.tsx';

const say = words.onward;

const LIKE: Readonly<Record<OnwardPayment['status'], PayoutStatus>> = {
  none: 'pending',
  pending: 'pending',
  in_transit: 'processing',
  paid: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  unknown: 'quarantined',
};

/** What became of it after it reached the payee's account at the provider. */
export function OnwardSection({ onward }: { readonly onward: OnwardPayment }) {
  const { status, reference, message, arrivesAtMs, askedAtMs } = onward;
  return (
    <Section title={say.title}>
      <div className="flex flex-col gap-1">
        <StatusLike like={LIKE[status]} word={say.status[status]} />
        <p className="text-xs text-soft">{say.hint}</p>
      </div>
      <Facts>
        {message === null ? null : <Fact name={say.said}>{message}</Fact>}
        {reference === null ? null : (
          <Fact name={say.reference}>
            <span className="font-mono text-xs break-all">{reference}</span>
          </Fact>
        )}
        {arrivesAtMs === null ? null : (
          <Fact name={say.arrives}>
            <Moment atMs={arrivesAtMs} />
          </Fact>
        )}
        <Fact name={say.asked}>
          <Ago atMs={askedAtMs} />
        </Fact>
      </Facts>
    </Section>
  );
}
