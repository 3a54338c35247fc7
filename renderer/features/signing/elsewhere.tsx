import { type FormEvent, useState } from 'react';
import type { ChainDocument } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Section } from '../../ui/facts.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { QrCode } from '../second-factor/qr-code.tsx';
import { useHandOut, useQueueSigned } from './use-signing.ts';

const say = words.signing.elsewhere;
/** More than this makes a code too fine for a camera, at the size it is shown in. */
const QR_LETTERS_MAX = 1_000;

/** Signed by others: its XDR goes out, by copy or camera, and comes back with a signature. */
export function Elsewhere({ document }: { readonly document: ChainDocument }) {
  const { id, xdr, sep7 } = document;
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
          <div className="flex items-start gap-2">
            <textarea
              readOnly
              aria-label={say.xdr}
              value={xdr}
              className="h-20 min-w-0 flex-1 resize-none rounded-md border border-line bg-canvas p-2 font-mono text-2xs break-all"
            />
            <CopyButton text={xdr} />
          </div>
          {sep7 !== null && sep7.length <= QR_LETTERS_MAX ? <QrCode text={sep7} /> : null}
          <TakeIn id={id} />
        </>
      )}
      {handOut.error ? <ErrorNote error={handOut.error} /> : null}
    </Section>
  );
}

function TakeIn({ id }: { readonly id: string }) {
  const [xdr, setXdr] = useState('');
  const queueSigned = useQueueSigned();
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
          className="h-20 resize-none rounded-md border border-line bg-raised p-2 font-mono text-2xs break-all"
        />
      </label>
      <div>
        <Button type="submit" busy={queueSigned.isPending}>
          {say.takeIn}
        </Button>
      </div>
      {queueSigned.error ? <ErrorNote error={queueSigned.error} /> : null}
    </form>
  );
}
