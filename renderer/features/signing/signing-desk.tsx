import { useState } from 'react';
import type { ChainDocument, ChainMode } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ReviewColumns, ReviewPending } from '../../ui/review-columns.tsx';
import { ErrorNote, GoodNote, LoadingLines, Working } from '../../ui/states.tsx';
import { AskedOnDevice } from './asked-on-device.tsx';
import { Bids, RaiseFee } from './bids.tsx';
import { TriedAgain } from './call-document.tsx';
import { DevicePicture } from './device-picture.tsx';
import { Elsewhere } from './elsewhere.tsx';
import { Signers } from './signers.tsx';
import { StepBar } from './step-bar.tsx';
import { stepsOf } from './steps.ts';
import { TransactionDocument } from './transaction-document.tsx';
import {
  isOver,
  useAskedOnDevice,
  useConfirm,
  useDiscard,
  useDocument,
  useSignOnDevice,
  useSubmit,
} from './use-signing.ts';

const say = words.signing;

/** One transaction, from review to its end. */
export function SigningDesk({ id }: { readonly id: string }) {
  const { data, error, isPending, refetch } = useDocument(id);
  if (data) return <Desk document={data} />;
  return (
    <ReviewPending>
      {isPending ? <LoadingLines lines={12} /> : <ErrorNote error={error} onRetry={() => void refetch()} />}
    </ReviewPending>
  );
}

function Desk({ document }: { readonly document: ChainDocument }) {
  const [reviewed, setReviewed] = useState(false);
  const [path, setPath] = useState<string | null>(null);
  const sign = useSignOnDevice();
  const asked = useAskedOnDevice();
  const isAskedHere = asked?.about === 'transaction' && asked.of === document.id;
  const isSigning = sign.isPending || isAskedHere;
  const isReadThere = isAskedHere || asked?.about === 'address';
  const waitsForSigners = document.state === 'built' && document.agrees;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <StepBar steps={stepsOf(document, reviewed || isSigning)} />
      <ReviewColumns
        label={say.beside}
        document={<TransactionDocument document={document} />}
        beside={
          <>
            <Ending document={document} />
            <TriedAgain document={document} />
            {waitsForSigners && document.mode !== 'hot_key' ? (
              <DevicePicture
                document={document}
                signing={isSigning}
                asked={asked !== null}
                path={path}
                onPath={setPath}
              />
            ) : null}
            <Signers signers={document.signers} weight={document.weight} needed={document.needed} />
            {waitsForSigners ? <Elsewhere document={document} /> : null}
            <Bids bumps={document.bumps} />
          </>
        }
        actions={
          <>
            {asked ? <AskedOnDevice id={document.id} asked={asked} /> : null}
            {/* Nothing else is to be pressed then, and the device needs the room. */}
            {waitsForSigners && !isReadThere ? (
              <SignHere
                id={document.id}
                mode={document.mode}
                path={path}
                reviewed={reviewed}
                onReviewed={setReviewed}
                sign={sign}
                isAsked={asked !== null}
              />
            ) : null}
            {waitsForSigners && isReadThere ? null : <Onward document={document} />}
          </>
        }
      />
    </div>
  );
}

interface SignHereProps {
  readonly id: string;
  readonly mode: ChainMode;
  readonly path: string | null;
  readonly reviewed: boolean;
  readonly onReviewed: (reviewed: boolean) => void;
  readonly sign: ReturnType<typeof useSignOnDevice>;
  /** Whatever it is asked: it answers one question at a time. */
  readonly isAsked: boolean;
}

/** Nothing goes to the device before a person said that they read it. */
function SignHere({ id, mode, path, reviewed, onReviewed, sign, isAsked }: SignHereProps) {
  const me = useMe();
  if (mode !== 'signers' || !hasAnyRole(me, ['signer'])) return null;
  return (
    <div className="flex flex-col gap-2">
      <label className="flex items-start gap-2 text-sm">
        <input
          type="checkbox"
          className="mt-0.5"
          checked={reviewed}
          onChange={(event) => onReviewed(event.target.checked)}
        />
        {say.reviewed}
      </label>
      <Button
        kind="primary"
        disabled={!reviewed || isAsked}
        busy={sign.isPending}
        onClick={() => sign.mutate({ id, ...(path === null ? {} : { path }) })}
      >
        {say.signOnDevice}
      </Button>
      {sign.isPending && !isAsked ? <Working>{say.onDevice}</Working> : null}
      {sign.error ? <ErrorNote error={sign.error} /> : null}
    </div>
  );
}

/** What can be done with it now, beside signing. */
function Onward({ document }: { readonly document: ChainDocument }) {
  const { id, state, mode, handedOut, weight } = document;
  const me = useMe();
  const [submit, confirm, discard] = [useSubmit(), useConfirm(), useDiscard()];
  const error = submit.error ?? confirm.error ?? discard.error;
  const maySign = hasAnyRole(me, ['signer']);
  // Nobody can have submitted what nobody signed and nobody was given.
  const isOnlyHere = state === 'built' && !handedOut && weight === 0;
  return (
    <div className="flex flex-wrap gap-2 empty:hidden">
      {maySign && state === 'signed' && mode !== 'build_only' ? (
        <Button kind="primary" busy={submit.isPending} onClick={() => submit.mutate({ id })}>
          {say.submit}
        </Button>
      ) : null}
      {isOver(document) || isOnlyHere ? null : (
        <Button busy={confirm.isPending} onClick={() => confirm.mutate({ id })}>
          {say.look}
        </Button>
      )}
      {maySign && state === 'submitted' ? <RaiseFee id={id} /> : null}
      {maySign && isOnlyHere ? (
        <Button kind="danger" busy={discard.isPending} onClick={() => discard.mutate({ id })}>
          {say.discard}
        </Button>
      ) : null}
      {error ? <ErrorNote error={error} /> : null}
    </div>
  );
}

function Ending({ document: { state, ledger, words: said, mode } }: { readonly document: ChainDocument }) {
  switch (state) {
    case 'confirmed':
      return <GoodNote>{say.ending.confirmed(ledger ?? 0)}</GoodNote>;
    case 'failed':
      return <Bad title={say.ending.failed} next={say.ending.failedNext} said={said} />;
    case 'expired':
      return <Bad title={say.ending.expired} next={say.ending.expiredNext} said={said} />;
    case 'submitted':
      return <Working>{say.ending.submitted}</Working>;
    default:
      return mode === 'build_only' ? <p className="text-sm text-soft">{say.ending.buildOnly}</p> : null;
  }
}

function Bad({ title, next, said }: { readonly title: string; readonly next: string; readonly said: string | null }) {
  return (
    <div role="alert" className="flex flex-col gap-1 rounded-md bg-red-wash px-3 py-2.5 text-sm">
      <p className="font-medium text-red">{title}</p>
      <p>{next}</p>
      {said === null ? null : <p className="font-mono text-xs text-soft">{said}</p>}
    </div>
  );
}
