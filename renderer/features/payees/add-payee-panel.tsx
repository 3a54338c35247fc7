import { type FormEvent, useState } from 'react';
import { dataOf } from '../../app/refusals.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { DestinationFields } from './destination-fields.tsx';
import { useRails } from './rails.ts';
import { tagsOf } from './tags.ts';
import { destinationOf, emptyDestination, type TypedDestination } from './typed-destination.ts';
import { useAddPayee } from './use-payees.ts';

interface Props {
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
}

export function AddPayeePanel({ onClose, onAdded }: Props) {
  const rails = useRails();
  const [name, setName] = useState('');
  const [reference, setReference] = useState('');
  const [email, setEmail] = useState('');
  const [tagsTyped, setTags] = useState('');
  const [later, setLater] = useState(false);
  const [typed, setTyped] = useState<TypedDestination | null>(null);
  const add = useAddPayee();
  const wished = typed ?? emptyDestination(rails[0]);
  const destination = later ? null : destinationOf(wished);
  const tags = tagsOf(tagsTyped);
  const ready = name.trim() !== '' && reference.trim() !== '' && tags !== null && (later || destination !== null);
  const why = add.isError ? dataOf(add.error).why : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || add.isPending) return;
    add.mutate(
      {
        name: name.trim(),
        reference: reference.trim(),
        ...(email.trim() === '' ? {} : { email: email.trim() }),
        ...(tags.length === 0 ? {} : { tags: [...tags] }),
        ...(destination === null ? {} : { destination }),
      },
      { onSuccess: ({ id }) => onAdded(id) },
    );
  };
  const { form } = words.payees;
  return (
    <Panel
      of="new"
      label={form.title}
      title={<h2 className="text-base font-semibold">{form.title}</h2>}
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-soft">{form.lead}</p>
        <TextField label={form.name} value={name} onText={setName} maxLength={200} required autoFocus />
        <TextField
          label={form.reference}
          hint={form.referenceHint}
          value={reference}
          onText={setReference}
          maxLength={200}
          required
        />
        <TextField label={form.email} type="email" optional value={email} onText={setEmail} maxLength={254} />
        <TextField
          label={form.tags}
          hint={form.tagsHint}
          problem={tags === null ? form.tagsBad : null}
          optional
          value={tagsTyped}
          onText={setTags}
          maxLength={900}
        />
        {later ? null : (
          <DestinationFields typed={wished} onType={setTyped} problem={typeof why === 'string' ? why : null} />
        )}
        <CheckField label={form.withoutDestination} checked={later} onCheck={setLater} />
        {add.isError ? <ErrorNote error={add.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={add.isPending} disabled={!ready}>
            {form.submit}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
