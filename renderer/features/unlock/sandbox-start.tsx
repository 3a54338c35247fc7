import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { isUsable, NewPassphraseFields, NO_PASSPHRASE } from './new-passphrase.tsx';
import { SANDBOX_STEPS, type SandboxStep, setUpSandbox } from './sandbox-setup.ts';
import type { NewVault } from './use-create-vault.ts';

interface Props {
  readonly onBack: () => void;
  /** Where the recovery code is shown, which also opens the desk. */
  readonly onReady: (vault: NewVault) => void;
}

function Steps({ at }: { readonly at: SandboxStep }) {
  const reached = SANDBOX_STEPS.indexOf(at);
  return (
    <ol aria-label={words.sandboxStart.progress} aria-live="polite" className="flex flex-col gap-1.5">
      {SANDBOX_STEPS.map((step, index) => (
        <li
          key={step}
          aria-current={index === reached ? 'step' : undefined}
          className={`flex items-center gap-2 ${index > reached ? 'text-faint' : 'text-ink'}`}
        >
          <span className="flex size-4 items-center justify-center">
            {index < reached ? <Icon name="check" className="text-green" /> : null}
            {index === reached ? (
              <span className="size-3 animate-spin rounded-full border-2 border-accent border-t-transparent" />
            ) : null}
            {index > reached ? <span className="size-1.5 rounded-full bg-line-strong" /> : null}
          </span>
          {words.sandboxStart.steps[step]}
        </li>
      ))}
    </ol>
  );
}

export function SandboxStart({ onBack, onReady }: Props) {
  const [yourName, setYourName] = useState('');
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const [step, setStep] = useState<SandboxStep>('vault');
  const [vault, setVault] = useState<NewVault | null>(null);
  const setUp = useMutation({
    mutationFn: async () => {
      let made: NewVault | null = null;
      await setUpSandbox({
        yourName: yourName.trim(),
        passphrase: passphrase.passphrase,
        onStep: setStep,
        onVault: (created) => {
          made = created;
          setVault(created);
        },
      });
      return made;
    },
    onSuccess: (made) => {
      go({ place: 'approvals', open: null, params: {} });
      if (made) onReady(made);
    },
  });
  const ready = yourName.trim() !== '' && isUsable(passphrase);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !setUp.isPending) setUp.mutate();
  };
  return (
    <EntryFrame title={words.sandboxStart.title} lead={words.sandboxStart.lead}>
      {setUp.isPending ? (
        <Steps at={step} />
      ) : vault && setUp.isError ? (
        <>
          <ErrorNote error={setUp.error} />
          <p className="text-soft">{words.sandboxStart.halted}</p>
          <div>
            <Button kind="primary" onClick={() => onReady(vault)}>
              {words.sandboxStart.openAnyway}
            </Button>
          </div>
        </>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <TextField
            label={words.create.yourName}
            value={yourName}
            onText={setYourName}
            maxLength={80}
            required
            autoFocus
            autoComplete="username"
          />
          <NewPassphraseFields value={passphrase} onChange={setPassphrase} />
          {setUp.isError ? <ErrorNote error={setUp.error} /> : null}
          <div className="flex items-center gap-2">
            <Button kind="primary" type="submit" disabled={!ready}>
              {words.sandboxStart.start}
            </Button>
            <Button kind="quiet" onClick={onBack}>
              {words.firstRun.back}
            </Button>
          </div>
        </form>
      )}
    </EntryFrame>
  );
}
