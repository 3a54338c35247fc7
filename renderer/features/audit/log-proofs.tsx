/** Proving the log, taking it out, and a signed word on how far it goes. */
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ErrorNote, GoodNote, Working } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { saveText } from '../import/save-text.ts';
import { ChainVerdict } from './chain-verdict.tsx';
import { useCheckpoint, useExportLog, useVerifyChain } from './use-audit.ts';

const say = words.audit;

export function useLogProofs() {
  return { verify: useVerifyChain(), exported: useExportLog(), checkpoint: useCheckpoint() };
}

type Proofs = ReturnType<typeof useLogProofs>;

export function ProofButtons({ proofs, seesAll }: { readonly proofs: Proofs; readonly seesAll: boolean }) {
  const { verify, exported, checkpoint } = proofs;
  return (
    <div className="flex items-center gap-2">
      {verify.isPending ? <Working>{say.verifying}</Working> : null}
      {exported.isPending ? <Working>{say.exporting}</Working> : null}
      {seesAll ? (
        <>
          <Button className="h-7" busy={checkpoint.isPending} onClick={() => checkpoint.mutate()}>
            {say.checkpoint}
          </Button>
          <Button className="h-7" busy={exported.isPending} onClick={() => exported.mutate({})}>
            {say.export}
          </Button>
        </>
      ) : null}
      <Button kind="primary" className="h-7" busy={verify.isPending} onClick={() => verify.mutate()}>
        {say.verify}
      </Button>
    </div>
  );
}

/** What came of it stays until it is asked again. */
export function ProofResults({ proofs: { verify, exported, checkpoint } }: { readonly proofs: Proofs }) {
  return (
    <div className="flex flex-col gap-2 border-b border-line px-5 py-2 empty:hidden">
      {verify.isSuccess ? <ChainVerdict verdict={verify.data} /> : null}
      {verify.isError ? <ErrorNote error={verify.error} /> : null}
      {exported.isError ? <ErrorNote error={exported.error} /> : null}
      {exported.data ? (
        <GoodNote>
          <p className="mb-1 font-medium text-green">{say.exported(exported.data.entries.toLocaleString())}</p>
          <Facts>
            <Fact name={words.settings.vault.backupFile}>{exported.data.file}</Fact>
            <Fact name="SHA-256">
              <FullAddress address={exported.data.sha256} />
            </Fact>
          </Facts>
          <p className="mt-1 text-soft">{say.exportedNext}</p>
        </GoodNote>
      ) : null}
      {checkpoint.isError ? <ErrorNote error={checkpoint.error} /> : null}
      {checkpoint.data ? <CheckpointNote checkpoint={checkpoint.data} /> : null}
    </div>
  );
}

function CheckpointNote({ checkpoint }: { readonly checkpoint: NonNullable<Proofs['checkpoint']['data']> }) {
  const text = JSON.stringify({ statement: checkpoint.statement, signature: checkpoint.signature }, null, 2);
  return (
    <GoodNote>
      <p className="mb-1 font-medium text-green">{say.checkpointDone(checkpoint.size.toLocaleString())}</p>
      <Facts>
        <Fact name={say.when}>
          <Moment atMs={checkpoint.atMs} />
        </Fact>
        <Fact name={say.head}>
          <FullAddress address={checkpoint.head} />
        </Fact>
        <Fact name={say.vaultKey}>
          <FullAddress address={checkpoint.publicKey} />
        </Fact>
      </Facts>
      <p className="mt-1 flex items-center gap-2 text-soft">
        {say.checkpointNext}
        <CopyButton text={text} />
        <Button
          kind="quiet"
          className="h-6"
          onClick={() => saveText(`checkpoint-${checkpoint.size}.json`, `${text}\n`, 'application/json')}
        >
          {say.checkpointSave}
        </Button>
      </p>
    </GoodNote>
  );
}
