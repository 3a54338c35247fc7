import { useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { CreateVault } from './create-vault.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { RecoveryCode } from './recovery-code.tsx';
import { SandboxStart } from './sandbox-start.tsx';
import { setSettingUp } from './setup-state.ts';
import type { NewVault } from './use-create-vault.ts';

function Way({
  title,
  note,
  onChoose,
}: {
  readonly title: string;
  readonly note: string;
  readonly onChoose: () => void;
}) {
  return (
    <button
      type="button"
      onClick={onChoose}
      className="flex items-center gap-3 rounded-lg border border-line px-4 py-3 text-left hover:border-line-strong hover:bg-hover"
    >
      <span className="flex-1">
        <span className="block text-sm font-medium">{title}</span>
        <span className="block text-soft">{note}</span>
      </span>
      <Icon name="right" className="text-faint" />
    </button>
  );
}

/** The first thing a new machine shows, and the way to one more vault. */
export function FirstRun() {
  const [step, setStep] = useState<'choice' | 'create' | 'sandbox'>('choice');
  const [vault, setVault] = useState<NewVault | null>(null);
  const begin = (next: 'create' | 'sandbox') => {
    setSettingUp(true);
    setStep(next);
  };
  const back = () => {
    setSettingUp(false);
    setStep('choice');
  };

  if (vault) return <RecoveryCode vault={vault} />;
  if (step === 'create') return <CreateVault onBack={back} onCreated={setVault} />;
  if (step === 'sandbox') return <SandboxStart onBack={back} onReady={setVault} />;
  return (
    <EntryFrame title={words.firstRun.title} lead={words.firstRun.lead}>
      <div className="flex flex-col gap-3">
        <Way title={words.firstRun.sandbox} note={words.firstRun.sandboxNote} onChoose={() => begin('sandbox')} />
        <Way title={words.firstRun.create} note={words.firstRun.createNote} onChoose={() => begin('create')} />
      </div>
    </EntryFrame>
  );
}
