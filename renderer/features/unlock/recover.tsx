import { type FormEvent, useState } from 'react';
import { recoveryLetters } from '../../../core/canonical/recovery-sheet.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { ErrorNote, GoodNote, Working } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { spanText } from '../../ui/time-text.ts';
import { EntryFrame } from './entry-frame.tsx';
import { isUsable, NewPassphraseFields, NO_PASSPHRASE } from './new-passphrase.tsx';
import { type Opened, useOpenBySheet, useSignForKey } from './use-recovery.ts';

const say = words.recoveryFlow;

interface Props {
  readonly file: string | undefined;
  readonly onBack: () => void;
}

/** Two steps: the sheet opens the vault, then its key signs for a new key of one admin. */
export function Recover({ file, onBack }: Props) {
  const open = useOpenBySheet();
  const sign = useSignForKey();
  return (
    <EntryFrame title={say.title} lead={say.lead}>
      {sign.data ? (
        <GoodNote>
          {sign.data.done ? (
            say.done
          ) : (
            <>
              {say.waits} <Moment atMs={sign.data.takesEffectAtMs} />.
            </>
          )}
        </GoodNote>
      ) : open.data ? (
        <NewKey opened={open.data} sign={sign} />
      ) : (
        <TypeCode file={file} open={open} />
      )}
      <div>
        <Button kind="quiet" onClick={onBack}>
          {say.back}
        </Button>
      </div>
    </EntryFrame>
  );
}

function TypeCode({
  file,
  open,
}: {
  readonly file: string | undefined;
  readonly open: ReturnType<typeof useOpenBySheet>;
}) {
  const [code, setCode] = useState('');
  const [left, setLeft] = useState(false);
  const isCode = recoveryLetters(code) !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isCode && !open.isPending) open.mutate({ file, code });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={say.code}
        problem={left && code !== '' && !isCode ? say.codeBad : null}
        value={code}
        onText={setCode}
        onBlur={() => setLeft(true)}
        maxLength={80}
        mono
        required
        autoFocus
      />
      {open.isError ? <ErrorNote error={open.error} /> : null}
      <div>
        <Button kind="primary" type="submit" busy={open.isPending} disabled={!isCode}>
          {say.next}
        </Button>
      </div>
      {open.isPending ? <Working>{say.working}</Working> : null}
    </form>
  );
}

function NewKey({ opened, sign }: { readonly opened: Opened; readonly sign: ReturnType<typeof useSignForKey> }) {
  const [staffId, setStaffId] = useState(opened.admins[0]?.id ?? '');
  const [reason, setReason] = useState('');
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const ready = staffId !== '' && reason.trim() !== '' && isUsable(passphrase);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || sign.isPending) return;
    sign.mutate({ opened, staffId, reason: reason.trim(), passphrase: passphrase.passphrase });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div className="flex flex-col gap-1">
        <p className="text-xs font-medium text-soft">{say.fingerprint}</p>
        <FullAddress address={opened.foundingFingerprint} />
      </div>
      <Consequence>{opened.waitMs === 0 ? say.noWait : say.wait(spanText(opened.waitMs))}</Consequence>
      <SelectField
        label={say.who}
        value={staffId}
        onText={setStaffId}
        choices={opened.admins.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <TextField
        label={say.reason}
        hint={words.ui.reasonHint}
        value={reason}
        onText={setReason}
        maxLength={1000}
        required
      />
      <NewPassphraseFields value={passphrase} onChange={setPassphrase} label={say.passphrase} />
      {sign.isError ? <ErrorNote error={sign.error} /> : null}
      <div>
        <Button kind="primary" type="submit" busy={sign.isPending} disabled={!ready}>
          {say.submit}
        </Button>
      </div>
      {sign.isPending ? <Working>{say.signing}</Working> : null}
    </form>
  );
}
