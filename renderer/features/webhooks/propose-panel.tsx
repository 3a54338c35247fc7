import { type FormEvent, useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, TextAreaField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { usePropose } from './use-webhooks.ts';

const say = words.webhooks;
const PATTERN = /^(\*|[a-z][a-z0-9_]{0,39}\.(\*|[a-z][a-z0-9_]{0,39}))$/;

interface Props {
  /** To choose from. */
  readonly events: readonly string[];
  readonly onProposed: (id: string) => void;
  readonly onClose: () => void;
}

export function ProposePanel({ events, onProposed, onClose }: Props) {
  const [url, setUrl] = useState('https://');
  const [description, setDescription] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [others, setOthers] = useState('');
  const propose = usePropose();
  const typed = others.split(/[\s,]+/).filter(Boolean);
  const bad = typed.find((pattern) => !PATTERN.test(pattern));
  const all = [...new Set([...chosen, ...typed])];
  const ready = URL.canParse(url) && description.trim() !== '' && all.length > 0 && bad === undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || propose.isPending) return;
    propose.mutate({ url, description: description.trim(), events: all }, { onSuccess: ({ id }) => onProposed(id) });
  };
  return (
    <Panel of="new" label={say.add} onClose={onClose} title={<h2 className="text-base font-semibold">{say.add}</h2>}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={say.url}
          value={url}
          onText={setUrl}
          problem={url !== 'https://' && !URL.canParse(url) ? say.badUrl : null}
          maxLength={500}
          mono
          autoFocus
        />
        <TextField label={say.description} value={description} onText={setDescription} maxLength={200} />
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-xs font-medium text-soft">{say.events}</legend>
          <div className="grid max-h-56 grid-cols-1 gap-1 overflow-y-auto rounded-md border border-line p-2">
            {events.map((name) => (
              <CheckField
                key={name}
                label={name}
                checked={chosen.includes(name)}
                onCheck={(on) => setChosen(on ? [...chosen, name] : chosen.filter((one) => one !== name))}
              />
            ))}
          </div>
        </fieldset>
        <TextAreaField
          label={say.ownPattern}
          optional
          hint={say.ownPatternHint}
          problem={bad === undefined ? null : say.badPattern(bad)}
          value={others}
          onText={setOthers}
          rows={2}
        />
        <Consequence>{say.proposeNote}</Consequence>
        {propose.isError ? <ErrorNote error={propose.error} /> : null}
        <div className="flex items-center gap-2">
          <Button kind="primary" type="submit" busy={propose.isPending} disabled={!ready}>
            {say.propose}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
          {all.length === 0 ? <span className="text-xs text-soft">{say.badEvents}</span> : null}
        </div>
      </form>
    </Panel>
  );
}
