import type { ActTerms } from '../../../core/contract/acts.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { titleOf } from './terms-document.tsx';
import { useStaffName, useWaitingActs } from './use-acts.ts';

/** Where an act is read and signed: beside what it is about. */
function placeOf(terms: ActTerms): string {
  switch (terms.kind) {
    case 'resolution':
      return hrefOf('payouts', terms.payoutId);
    case 'unfreeze':
      return hrefOf('overview', 'freezes');
    case 'lift_fence':
      return hrefOf('overview', 'fence');
    default:
      return hrefOf('settings');
  }
}

/** Acts of two that have one signature; nothing where there are none. */
export function WaitingActs() {
  const { data, error, refetch } = useWaitingActs();
  const nameOf = useStaffName();
  if (error && !data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data || data.length === 0) return null;
  return (
    <Section title={words.acts.waiting}>
      <ul className="flex flex-col">
        {data.map((act) => (
          <li key={act.id} className="border-b border-line last:border-0">
            <a
              href={placeOf(act.terms)}
              className="-mx-2 grid min-h-9 grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-4 rounded px-2 hover:bg-hover"
            >
              <span className="flex min-w-0 items-center gap-2">
                <span className="shrink-0 font-medium">{titleOf(act.terms)}</span>
                <span className="truncate text-soft">{'reason' in act.terms ? act.terms.reason : ''}</span>
              </span>
              <span className="whitespace-nowrap text-soft">
                {words.acts.fields.signedBy} {act.signedBy.map((id) => nameOf(id) ?? words.acts.someone).join(', ')}
              </span>
              <span className="flex items-center gap-1">
                <Ago atMs={act.createdAtMs} />
                <Icon name="right" className="text-faint" />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Section>
  );
}
