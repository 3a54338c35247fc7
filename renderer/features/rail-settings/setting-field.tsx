import type { RailSetting } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { type RailWords, wordsOf } from './groups.ts';
import type { Typed } from './wishes.ts';

const say = words.railSettings;

interface Props {
  readonly setting: RailSetting;
  readonly rail: RailWords;
  readonly typed: Typed;
  readonly onTyped: (typed: Typed) => void;
}

/** One setting as it is typed. One that the environment gives can be set, and counts later. */
export function SettingField({ setting, rail, typed, onTyped }: Props) {
  const { name, from, isSecret } = setting;
  const { label, hint } = wordsOf(rail, name);
  const note = from === 'environment' ? say.ofEnvironment : hint;
  if (isSecret) return <SecretField setting={setting} label={label} hint={note} typed={typed} onTyped={onTyped} />;
  const choices = rail.choices[name];
  const value = typed.texts[name] ?? '';
  const onText = (text: string) => onTyped({ ...typed, texts: { ...typed.texts, [name]: text } });
  return choices ? (
    <SelectField
      label={label}
      hint={note}
      value={value}
      onText={onText}
      choices={Object.entries(choices).map(([choice, word]) => ({
        value: choice === 'unset' ? '' : choice,
        label: word,
      }))}
    />
  ) : (
    <TextField
      label={label}
      hint={note}
      value={value}
      onText={onText}
      placeholder={rail.usual[name]}
      maxLength={2_000}
      mono
    />
  );
}

interface SecretProps extends Omit<Props, 'rail'> {
  readonly label: string;
  readonly hint: string;
}

function SecretField({ setting: { name, secrets }, label, hint, typed, onTyped }: SecretProps) {
  const toggle = (commitment: string) => {
    const withdrawn = new Set(typed.withdrawn);
    if (!withdrawn.delete(commitment)) withdrawn.add(commitment);
    onTyped({ ...typed, withdrawn });
  };
  return (
    <div className="flex flex-col gap-2">
      <TextField
        label={label}
        hint={`${hint} ${say.addSecretHint}`}
        value={typed.secrets[name] ?? ''}
        onText={(text) => onTyped({ ...typed, secrets: { ...typed.secrets, [name]: text } })}
        type="password"
        placeholder={secrets.length > 0 ? say.addSecret : undefined}
        maxLength={500}
        mono
      />
      <ul className="flex flex-col gap-1">
        {secrets.map(({ commitment, shown }) =>
          commitment === null ? null : (
            <li key={commitment} className="flex items-center justify-between gap-3">
              <span
                className={`min-w-0 font-mono text-xs break-all ${typed.withdrawn.has(commitment) ? 'text-faint line-through' : ''}`}
              >
                {shown}
              </span>
              <Button kind="quiet" onClick={() => toggle(commitment)} aria-pressed={typed.withdrawn.has(commitment)}>
                {typed.withdrawn.has(commitment) ? say.keep : say.withdraw}
              </Button>
            </li>
          ),
        )}
      </ul>
    </div>
  );
}
