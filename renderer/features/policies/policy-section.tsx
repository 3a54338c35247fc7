import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ListBar } from '../../ui/list-screen.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { ActPanel } from '../acts/act-panel.tsx';
import { readActKey } from '../acts/act-words.ts';
import { WaitingActs } from '../acts/waiting-acts.tsx';
import { Findings } from './findings.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import { PolicyWords } from './policy-text.tsx';
import { TryPanel } from './try-panel.tsx';
import { setDraft, useDraft, usePolicy } from './use-policies.ts';
import { VersionsPanel } from './versions-panel.tsx';

const say = words.policies;
const close = () => go({ open: null });

/** The policy in force in plain words, and the ways to try, compare and change it. */
export function PolicySection() {
  const { open } = useRoute();
  const draft = useDraft((state) => state.draft);
  const actId = readActKey(open);
  if (draft) return <PolicyEditor draft={draft} />;
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col overflow-auto">
        <InForce />
      </div>
      {open === 'try' ? <TryPanel onClose={close} /> : null}
      {open === 'versions' ? <VersionsPanel onClose={close} /> : null}
      {actId === null ? null : <ActPanel key={actId} id={actId} onClose={close} />}
    </>
  );
}

function InForce() {
  const query = usePolicy();
  const mayChange = hasAnyRole(useMe(), ['admin']);
  const { data } = query;
  if (query.isPending) {
    return (
      <div className="p-6">
        <LoadingLines lines={8} />
      </div>
    );
  }
  if (!data) {
    return (
      <div className="p-6">
        <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  return (
    <>
      <ListBar>
        <p className="min-w-0 flex-1 pl-3 text-xs text-soft">{say.lead}</p>
        <Button className="h-7" onClick={() => go({ open: 'versions' })}>
          {say.versions}
        </Button>
        <Button className="h-7" onClick={() => go({ open: 'try' })}>
          {say.try}
        </Button>
        {mayChange ? (
          <Button
            kind="primary"
            className="h-7"
            onClick={() => {
              close();
              setDraft({ baseVersion: data.version, terms: data.terms });
            }}
          >
            {say.edit}
          </Button>
        ) : null}
      </ListBar>
      <div className="flex max-w-3xl flex-col gap-5 px-6 py-5">
        <WaitingActs only={({ kind }) => kind === 'policy'} />
        <p className="text-soft">
          {say.inForce(data.version)} · {data.createdBy} · <Moment atMs={data.createdAtMs} />
        </p>
        <PolicyWords inWords={data.inWords} />
        <p className="text-soft">{say.noMatch}</p>
        <Findings findings={data.findings} />
      </div>
    </>
  );
}
