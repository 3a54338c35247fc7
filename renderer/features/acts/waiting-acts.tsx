import type { ActTerms } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { placeOf, reasonOf, titleOf } from './act-words.ts';
import { signerNames } from './signer-names.ts';
import { useStaffName, useWaitingActs } from './use-acts.ts';

interface Props {
  /** Only these; all where it is left out. */
  readonly only?: (terms: ActTerms) => boolean;
}

/** Acts that wait for somebody; nothing where there are none. */
export function WaitingActs({ only = () => true }: Props) {
  const { data, error, refetch } = useWaitingActs();
  const nameOf = useStaffName();
  if (error && !data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  const acts = data?.filter(({ terms }) => only(terms)) ?? [];
  if (acts.length === 0) return null;
  return (
    <Section title={words.acts.waiting}>
      <ul className="flex flex-col">
        {acts.map((act) => (
          <li key={act.id} className="border-b border-line last:border-0">
            <a
              href={placeOf(act)}
              className="-mx-2 grid min-h-9 grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-4 rounded px-2 hover:bg-hover"
            >
              <span className="flex min-w-0 items-center gap-2">
                <span className="shrink-0 font-medium">{titleOf(act.terms)}</span>
                <span className="truncate text-soft">{reasonOf(act.terms)}</span>
              </span>
              <span className="whitespace-nowrap text-soft">
                {words.acts.fields.signedBy} {signerNames(act.signedBy, nameOf)}
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
