import { useState } from 'react';
import type { ActTerms, Freeze } from '../../../core/contract/index.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import { useMayDecide, useWaitingActs } from '../acts/use-acts.ts';
import { WaitingAct } from '../acts/waiting-act.tsx';
import { Frozen } from './frozen.tsx';
import { useFreezes } from './use-freezes.ts';

interface ItemProps {
  readonly freeze: Freeze;
  readonly onSigned: (signed: ActSigned) => void;
}

/** One freeze in force, and how it is lifted: by the signature that waits, or by proposing one. */
function FreezeItem({ freeze, onSigned }: ItemProps) {
  const mayDecide = useMayDecide();
  const waiting = useWaitingActs().data?.filter(
    ({ terms }) => terms.kind === 'unfreeze' && terms.freezeId === freeze.id,
  );
  const [lifting, setLifting] = useState(false);
  const [terms, setTerms] = useState<ActTerms | null>(null);
  const stop = () => {
    setLifting(false);
    setTerms(null);
  };
  return (
    <li className="flex flex-col gap-3 border-b border-line pb-4 last:border-0">
      <div>
        <p className="font-medium">
          <Frozen freeze={freeze} />
        </p>
        <p>“{freeze.reason}”</p>
        <p className="text-soft">
          {words.freezes.since(freeze.frozenBy)} · <Ago atMs={freeze.frozenAtMs} />
        </p>
      </div>
      {waiting?.map((act) => (
        <WaitingAct key={act.id} act={act} onSigned={onSigned} />
      ))}
      {terms ? (
        <SignAct
          terms={terms}
          onSigned={(signed) => {
            stop();
            onSigned(signed);
          }}
          onCancel={stop}
        />
      ) : lifting ? (
        <ReasonForm
          consequence={words.freezes.liftSays}
          reasonHint={words.freezes.liftReasonHint}
          submit={words.acts.review}
          kind="primary"
          busy={false}
          error={null}
          onSubmit={(reason) => setTerms({ kind: 'unfreeze', freezeId: freeze.id, reason })}
          onCancel={stop}
        />
      ) : mayDecide && waiting?.length === 0 ? (
        <div>
          <Button onClick={() => setLifting(true)}>{words.freezes.lift}</Button>
        </div>
      ) : null}
    </li>
  );
}

/** What is frozen now, and the way out of it. */
export function FreezesPanel({ onClose }: { readonly onClose: () => void }) {
  const { data, isPending, error, refetch } = useFreezes();
  const [signed, setSigned] = useState<ActSigned | null>(null);
  return (
    <Panel
      of="freezes"
      label={words.freezes.title}
      title={<h2 className="text-base font-semibold">{words.freezes.title}</h2>}
      onClose={onClose}
      footer={
        <div>
          <Button kind="danger" onClick={() => go({ open: 'freeze', params: {} })}>
            {words.freezes.freeze}
          </Button>
        </div>
      }
    >
      <SignedNote signed={signed} />
      {isPending ? <LoadingLines lines={3} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data?.length === 0 ? <p className="text-soft">{words.freezes.none}</p> : null}
      <ul className="flex flex-col gap-4">
        {data?.map((freeze) => (
          <FreezeItem key={freeze.id} freeze={freeze} onSigned={setSigned} />
        ))}
      </ul>
    </Panel>
  );
}
