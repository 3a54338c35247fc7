import { type FormEvent, useCallback, useState } from 'react';
import type { ChainDocument } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Section } from '../../ui/facts.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { saveText } from '../import/save-text.ts';
import { useFileDrop } from '../import/use-file-drop.ts';
import { QrCode, qrFile } from '../second-factor/qr-code.tsx';
import { useHandOut, useQueueSigned } from './use-signing.ts';

const say = words.signing.elsewhere;
/** More than this makes a code too fine for a camera, at the size it is shown in. */
const QR_LETTERS_MAX = 1_000;
/** Far more than any transaction. */
const FILE_BYTES_MAX = 1_000_000;

/** Signed by others: its XDR goes out, as text, file or code, and comes back with a signature. */
export function Elsewhere({ document }: { readonly document: ChainDocument }) {
  const { id, xdr } = document;
  const handOut = useHandOut();
  return (
    <Section title={say.title}>
      {xdr === null ? (
        <>
          <p className="text-sm text-soft">{say.consequence}</p>
          <div>
            <Button busy={handOut.isPending} onClick={() => handOut.mutate({ id })}>
              {say.handOut}
            </Button>
          </div>
        </>
      ) : (
        <>
          <GiveOut document={document} xdr={xdr} />
          <TakeIn id={id} />
        </>
      )}
      {handOut.error ? <ErrorNote error={handOut.error} /> : null}
    </Section>
  );
}

function GiveOut({ document: { hash, sep7 }, xdr }: { readonly document: ChainDocument; readonly xdr: string }) {
  const name = `countersign-${hash.slice(0, 8)}`;
  const isCode = sep7 !== null && sep7.length <= QR_LETTERS_MAX;
  return (
    <>
      <div className="flex items-start gap-2">
        <textarea
          readOnly
          aria-label={say.xdr}
          value={xdr}
          className="h-20 min-w-0 flex-1 resize-none rounded-md border border-line bg-canvas p-2 font-mono text-2xs break-all"
        />
        <CopyButton text={xdr} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => saveText(`${name}.xdr`, `${xdr}\n`, 'text/plain')}>{say.saveXdr}</Button>
        {sep7 === null ? null : (
          <Button onClick={() => saveText(`${name}.sep7.txt`, `${sep7}\n`, 'text/plain')}>{say.saveLink}</Button>
        )}
        {isCode ? (
          <Button onClick={() => saveText(`${name}.svg`, qrFile(sep7), 'image/svg+xml')}>{say.saveCode}</Button>
        ) : null}
      </div>
      {isCode ? <QrCode text={sep7} label={say.code} /> : <p className="text-xs text-faint">{say.noCode}</p>}
    </>
  );
}

/** A file is read into the field, where it can be looked at; nothing is taken in before the button. */
function TakeIn({ id }: { readonly id: string }) {
  const [xdr, setXdr] = useState('');
  const [isBad, setBad] = useState(false);
  const queueSigned = useQueueSigned();
  const read = useCallback(async ([file]: readonly File[]) => {
    if (!file) return;
    const fits = file.size <= FILE_BYTES_MAX;
    const text = fits ? (await file.text()).trim() : '';
    const isText = /^[A-Za-z0-9+/=\s]+$/.test(text);
    setBad(!isText);
    if (isText) setXdr(text.replaceAll(/\s/g, ''));
  }, []);
  const take = useCallback((files: readonly File[]) => void read(files), [read]);
  const isOver = useFileDrop(take);
  const send = (event: FormEvent) => {
    event.preventDefault();
    queueSigned.mutate({ id, xdr: xdr.trim() }, { onSuccess: () => setXdr('') });
  };
  return (
    <form onSubmit={send} className="flex flex-col gap-2">
      <label className="flex flex-col gap-1 text-sm">
        {say.signed}
        <textarea
          required
          value={xdr}
          onChange={(event) => setXdr(event.target.value)}
          placeholder={say.drop}
          className={`h-20 resize-none rounded-md border bg-raised p-2 font-mono text-2xs break-all ${isOver ? 'border-accent' : 'border-line'}`}
        />
      </label>
      {isBad ? <p className="text-xs text-red">{say.badFile}</p> : null}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" busy={queueSigned.isPending}>
          {say.takeIn}
        </Button>
        <label className="cursor-pointer text-xs text-soft underline hover:text-ink">
          {say.choose}
          <input
            type="file"
            className="sr-only"
            onChange={(event) => {
              take([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
        </label>
      </div>
      {queueSigned.error ? <ErrorNote error={queueSigned.error} /> : null}
    </form>
  );
}
