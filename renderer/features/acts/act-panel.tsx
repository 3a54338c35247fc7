import { useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Panel } from '../../ui/panel.tsx';
import { Empty, ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { titleOf } from './act-words.ts';
import type { ActSigned } from './sign-act.tsx';
import { SignedNote } from './signed-note.tsx';
import { useWaitingActs } from './use-acts.ts';
import { WaitingAct } from './waiting-act.tsx';

/** One act that waits, by itself, for whoever is to be the next to sign it. */
export function ActPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data, isPending, error, refetch } = useWaitingActs();
  const [signed, setSigned] = useState<ActSigned | null>(null);
  const act = data?.find((known) => known.id === id);
  return (
    <Panel
      of={id}
      label={words.acts.panel}
      onClose={onClose}
      title={<h2 className="text-base font-semibold">{act ? titleOf(act.terms) : words.acts.panel}</h2>}
    >
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      <SignedNote signed={signed} />
      {act ? <WaitingAct act={act} onSigned={setSigned} /> : null}
      {data && !act && !signed ? <Empty title={words.acts.gone} next={words.acts.goneNext} /> : null}
    </Panel>
  );
}
