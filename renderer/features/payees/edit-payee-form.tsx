import { type FormEvent, useState } from 'react';
import type { Payee } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { tagsOf } from './tags.ts';
import { useEditPayee } from './use-payees.ts';

const { editing, form } = words.payees;

export function EditPayeeForm({ payee, onDone }: { readonly payee: Payee; readonly onDone: () => void }) {
  // The payee as it was when editing began: a change made meanwhile by somebody else is not overwritten.
  const [seen] = useState(payee);
  const [name, setName] = useState(seen.name);
  const [email, setEmail] = useState(seen.email ?? '');
  const [tagsTyped, setTags] = useState(seen.tags.join(', '));
  const edit = useEditPayee();
  const tags = tagsOf(tagsTyped);
  const changes = {
    ...(name.trim() === seen.name ? {} : { name: name.trim() }),
    ...(email.trim() === (seen.email ?? '') ? {} : { email: email.trim() === '' ? null : email.trim() }),
    ...(tags === null || tags.join() === seen.tags.join() ? {} : { tags: [...tags] }),
  };
  const changed = Object.keys(changes).length > 0;
  const ready = changed && name.trim() !== '' && tags !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !edit.isPending)
      edit.mutate({ id: seen.id, version: seen.version, ...changes }, { onSuccess: onDone });
  };
  return (
    <PanelTask title={editing.title} onCancel={onDone}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={form.name}
          hint={editing.nameNote}
          value={name}
          onText={setName}
          maxLength={200}
          required
          autoFocus
        />
        <TextField
          label={form.email}
          hint={editing.emailNote}
          type="email"
          optional
          value={email}
          onText={setEmail}
          maxLength={254}
        />
        <TextField
          label={form.tags}
          hint={form.tagsHint}
          problem={tags === null ? form.tagsBad : null}
          optional
          value={tagsTyped}
          onText={setTags}
          maxLength={900}
        />
        {edit.isError ? <ErrorNote error={edit.error} /> : null}
        <div className="flex items-center gap-2">
          <Button kind="primary" type="submit" busy={edit.isPending} disabled={!ready}>
            {editing.submit}
          </Button>
          <Button kind="quiet" onClick={onDone}>
            {words.ui.cancel}
          </Button>
          {changed ? null : <span className="text-xs text-faint">{editing.unchanged}</span>}
        </div>
      </form>
    </PanelTask>
  );
}
