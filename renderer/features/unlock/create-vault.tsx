import { type FormEvent, useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, TextField } from '../../ui/field.tsx';
import { ErrorNote, Working } from '../../ui/states.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { isUsable, NewPassphraseFields, NO_PASSPHRASE } from './new-passphrase.tsx';
import { type NewVault, useCreateVault } from './use-create-vault.ts';

const NETWORKS = ['sandbox', 'live'] as const;

export function CreateVault({
  onBack,
  onCreated,
}: {
  readonly onBack: () => void;
  readonly onCreated: (vault: NewVault) => void;
}) {
  const [vaultName, setVaultName] = useState('');
  const [network, setNetwork] = useState<'sandbox' | 'live'>('sandbox');
  const [yourName, setYourName] = useState('');
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const create = useCreateVault();
  const ready = vaultName.trim() !== '' && yourName.trim() !== '' && isUsable(passphrase);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || create.isPending) return;
    create.mutate(
      { vaultName: vaultName.trim(), network, yourName: yourName.trim(), passphrase: passphrase.passphrase },
      { onSuccess: onCreated },
    );
  };
  return (
    <EntryFrame title={words.create.title}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={words.create.name}
          hint={words.create.nameHint}
          value={vaultName}
          onText={setVaultName}
          maxLength={200}
          required
          autoFocus
        />
        <Choice
          label={words.create.network}
          value={network}
          onChoose={setNetwork}
          choices={NETWORKS.map((value) => ({
            value,
            label: words.create.networks[value],
            note: words.create.networkNotes[value],
          }))}
        />
        <TextField
          label={words.create.yourName}
          hint={words.create.yourNameHint}
          value={yourName}
          onText={setYourName}
          maxLength={80}
          required
          autoComplete="username"
        />
        <NewPassphraseFields value={passphrase} onChange={setPassphrase} />
        {create.isError ? <ErrorNote error={create.error} /> : null}
        <div className="flex items-center gap-2">
          <Button kind="primary" type="submit" busy={create.isPending} disabled={!ready}>
            {words.create.submit}
          </Button>
          <Button kind="quiet" onClick={onBack} disabled={create.isPending}>
            {words.firstRun.back}
          </Button>
        </div>
        {create.isPending ? <Working>{words.create.working}</Working> : null}
      </form>
    </EntryFrame>
  );
}
