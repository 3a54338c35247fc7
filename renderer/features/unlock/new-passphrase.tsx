import { useState } from 'react';
import { words } from '../../app/words/words.ts';
import { TextField } from '../../ui/field.tsx';
import { type Strength, strengthOf } from './strength.ts';

export interface NewPassphrase {
  readonly passphrase: string;
  readonly again: string;
}

export const NO_PASSPHRASE: NewPassphrase = { passphrase: '', again: '' };

export function isUsable({ passphrase, again }: NewPassphrase): boolean {
  return strengthOf(passphrase) !== 'short' && passphrase === again;
}

const LOOKS: Record<Strength, { readonly filled: number; readonly hue: string; readonly text: string }> = {
  short: { filled: 1, hue: 'bg-red', text: 'text-red' },
  weak: { filled: 2, hue: 'bg-amber', text: 'text-amber' },
  fair: { filled: 3, hue: 'bg-cyan', text: 'text-cyan' },
  strong: { filled: 4, hue: 'bg-green', text: 'text-green' },
};

function StrengthHint({ strength }: { readonly strength: Strength }) {
  const { filled, hue, text } = LOOKS[strength];
  return (
    <div className="flex items-center gap-2" role="status">
      <span className="flex gap-1" aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <span key={step} className={`h-1 w-7 rounded-full ${step <= filled ? hue : 'bg-line'}`} />
        ))}
      </span>
      <span className={`text-xs ${text}`}>
        <span className="sr-only">{words.strength.label}: </span>
        {words.strength[strength]}
      </span>
    </div>
  );
}

interface Props {
  readonly value: NewPassphrase;
  readonly onChange: (value: NewPassphrase) => void;
  readonly label?: string;
  readonly againLabel?: string;
}

/** A passphrase typed twice, with a hint how well it holds. */
export function NewPassphraseFields({
  value,
  onChange,
  label = words.create.passphrase,
  againLabel = words.create.again,
}: Props) {
  const [left, setLeft] = useState(false);
  const differs = left && value.again !== '' && value.again !== value.passphrase;
  return (
    <>
      <TextField
        label={label}
        hint={words.create.passphraseHint}
        type="password"
        autoComplete="new-password"
        required
        value={value.passphrase}
        onText={(passphrase) => onChange({ ...value, passphrase })}
        after={value.passphrase === '' ? null : <StrengthHint strength={strengthOf(value.passphrase)} />}
      />
      <TextField
        label={againLabel}
        type="password"
        autoComplete="new-password"
        required
        value={value.again}
        onText={(again) => onChange({ ...value, again })}
        onBlur={() => setLeft(true)}
        problem={differs ? words.create.differs : null}
      />
    </>
  );
}
