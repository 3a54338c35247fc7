import { type FormEvent, useState } from 'react';
import { words } from '../../app/words/words.ts';
import { groupsOfFour } from '../../ui/address-text.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote, Working } from '../../ui/states.tsx';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useBeginFactor, useConfirmFactor } from './use-second-factor.ts';

const say = words.factor.enrol;

/** Passphrase, QR code, first code, recovery codes: nothing is in force before the first code was right. */
export function EnrolFactor({ onDone }: { readonly onDone: () => void }) {
  const begin = useBeginFactor();
  const confirm = useConfirmFactor();
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recoveryCodes} onKept={onDone} />;
  if (begin.data) return <ConfirmCode begun={begin.data} confirm={confirm} onCancel={onDone} />;
  return <AskPassphrase begin={begin} onCancel={onDone} />;
}

function AskPassphrase({
  begin,
  onCancel,
}: {
  readonly begin: ReturnType<typeof useBeginFactor>;
  readonly onCancel: () => void;
}) {
  const [passphrase, setPassphrase] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (passphrase !== '' && !begin.isPending) begin.mutate(passphrase, { onSettled: () => setPassphrase('') });
  };
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-4">
      <TextField
        label={say.passphrase}
        hint={say.passphraseHint}
        type="password"
        autoComplete="current-password"
        value={passphrase}
        onText={setPassphrase}
        required
        autoFocus
      />
      {begin.isError ? <ErrorNote error={begin.error} /> : null}
      <div className="flex items-center gap-2">
        <Button kind="primary" type="submit" busy={begin.isPending} disabled={passphrase === ''}>
          {say.next}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {words.ui.cancel}
        </Button>
        {begin.isPending ? <Working>{say.working}</Working> : null}
      </div>
    </form>
  );
}

interface ConfirmProps {
  readonly begun: { readonly uri: string; readonly secret: string };
  readonly confirm: ReturnType<typeof useConfirmFactor>;
  readonly onCancel: () => void;
}

function ConfirmCode({ begun, confirm, onCancel }: ConfirmProps) {
  const [code, setCode] = useState('');
  const ready = /^\d{3} ?\d{3}$/.test(code.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !confirm.isPending) confirm.mutate({ code: code.trim() }, { onError: () => setCode('') });
  };
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-4">
      <p className="text-soft">{say.scan}</p>
      <QrCode text={begun.uri} />
      <div className="flex items-start gap-2">
        <p className="text-soft">
          {say.orType}{' '}
          <output aria-label={say.secret} className="font-mono text-xs text-ink select-all">
            {groupsOfFour(begun.secret).join(' ')}
          </output>
        </p>
        <CopyButton text={begun.secret} />
      </div>
      <TextField
        label={say.code}
        value={code}
        onText={setCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={7}
        className="tabular max-w-32 font-mono"
        required
        autoFocus
      />
      {confirm.isError ? <ErrorNote error={confirm.error} /> : null}
      <div className="flex gap-2">
        <Button kind="primary" type="submit" busy={confirm.isPending} disabled={!ready}>
          {say.submit}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {words.ui.cancel}
        </Button>
      </div>
    </form>
  );
}
