import { useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { DifferenceList } from './difference-list.tsx';
import { PolicyWords } from './policy-text.tsx';
import { useVersions } from './use-policies.ts';

const say = words.policies;

/** Every version there was, each with what it changed. */
export function VersionsPanel({ onClose }: { readonly onClose: () => void }) {
  const { query, rows, loadMore } = useVersions();
  const [opened, setOpened] = useState<number | null>(null);
  const at = rows.findIndex(({ version }) => version === opened);
  const [version, before] = [rows[at], at < 0 ? undefined : rows[at + 1]];
  return (
    <Panel
      of={String(opened)}
      label={say.versions}
      onClose={onClose}
      title={<h2 className="text-base font-semibold">{version ? say.versionOf(version.version) : say.versions}</h2>}
    >
      {query.isPending ? <LoadingLines lines={5} /> : null}
      {query.isError ? <ErrorNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {version ? (
        <>
          <div>
            <Button kind="quiet" className="h-7 px-2" onClick={() => setOpened(null)}>
              {say.allVersions}
            </Button>
          </div>
          {before ? (
            <Section title={say.differencesFrom(before.version)}>
              <DifferenceList before={before.terms} after={version.terms} />
            </Section>
          ) : null}
          <Section title={say.wholePolicy}>
            <PolicyWords inWords={version.inWords} />
          </Section>
        </>
      ) : (
        <ul className="flex flex-col">
          {rows.map((row) => (
            <li key={row.version} className="border-b border-line last:border-0">
              <button
                type="button"
                onClick={() => setOpened(row.version)}
                className="-mx-2 flex w-[calc(100%+1rem)] items-baseline justify-between gap-3 rounded px-2 py-2 text-left hover:bg-hover"
              >
                <span>
                  <span className="font-medium">{say.versionOf(row.version)}</span>
                  {row.inForce ? <span className="ml-1.5 text-green">{say.nowInForce}</span> : null}
                  <span className="block text-soft">{row.createdBy}</span>
                </span>
                <Ago atMs={row.createdAtMs} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {!version && loadMore ? <Button onClick={loadMore}>{words.ui.showMore}</Button> : null}
    </Panel>
  );
}
