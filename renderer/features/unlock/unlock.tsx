import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import type { VaultStatus } from '../../../core/contract/index.ts';
import { signIn, useIdentity } from '../../app/identity.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ErrorNote, Working } from '../../ui/states.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { Recover } from './recover.tsx';
import { rememberedName, rememberName } from './remembered-name.ts';
import { setSettingUp } from './setup-state.ts';

function useUnlock() {
  return useMutation({
    mutationFn: signIn,
    onSuccess: (_, { name }) => rememberName(name),
  });
}

/** Opens a closed vault, or lets a person in to one that is open for background work. */
export function Unlock({ vault }: { readonly vault: VaultStatus }) {
  const open = vault.state === 'open';
  const [file, setFile] = useState(vault.file ?? vault.known[0] ?? '');
  const [name, setName] = useState(rememberedName);
  const [passphrase, setPassphrase] = useState('');
  const left = useIdentity((state) => state.left);
  const unlock = useUnlock();
  const passphraseField = useRef<HTMLInputElement>(null);
  const ready = name.trim() !== '' && passphrase !== '';
  const [recovering, setRecovering] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || unlock.isPending) return;
    unlock.mutate(
      { name: name.trim(), passphrase, file: open || file === '' ? undefined : file },
      // A refused passphrase is not left in the field, nor in memory longer than needed.
      {
        onError: () => {
          setPassphrase('');
          passphraseField.current?.focus();
        },
      },
    );
  };
  if (recovering) {
    return <Recover file={open || file === '' ? undefined : file} onBack={() => setRecovering(false)} />;
  }
  return (
    <EntryFrame title={open ? `${words.unlock.signIn}${vault.name ? ` · ${vault.name}` : ''}` : words.unlock.title}>
      {left && !unlock.isError ? (
        <p role="status" className="rounded-md bg-hover px-3 py-2 text-soft">
          {words.unlock.left[left]}
        </p>
      ) : null}
      <form onSubmit={submit} className="flex flex-col gap-4">
        {open ? (
          <p className="text-soft">{words.unlock.openNote}</p>
        ) : vault.known.length > 1 ? (
          <SelectField
            label={words.unlock.vault}
            value={file}
            onText={setFile}
            choices={vault.known.map((known) => ({ value: known, label: known }))}
          />
        ) : file ? (
          <p className="text-soft">
            {words.unlock.vault}: <span className="font-medium text-ink">{file}</span>
          </p>
        ) : null}
        <TextField
          label={words.unlock.name}
          value={name}
          onText={setName}
          maxLength={80}
          required
          autoFocus={name === ''}
          autoComplete="username"
        />
        <TextField
          label={words.unlock.passphrase}
          ref={passphraseField}
          type="password"
          value={passphrase}
          onText={setPassphrase}
          required
          autoFocus={name !== ''}
          autoComplete="current-password"
        />
        {unlock.isError ? <ErrorNote error={unlock.error} /> : null}
        <div className="flex items-center justify-between gap-2">
          <Button kind="primary" type="submit" busy={unlock.isPending} disabled={!ready}>
            {open ? words.unlock.submitOpen : words.unlock.submitLocked}
          </Button>
          {open ? null : (
            <Button kind="quiet" onClick={() => setSettingUp(true)}>
              {words.unlock.create}
            </Button>
          )}
        </div>
        {unlock.isPending ? <Working>{words.unlock.working}</Working> : null}
        <div className="border-t border-line pt-3">
          <button
            type="button"
            onClick={() => setRecovering(true)}
            className="text-xs text-soft underline-offset-2 hover:underline"
          >
            {words.recoveryFlow.open}
          </button>
        </div>
      </form>
    </EntryFrame>
  );
}
