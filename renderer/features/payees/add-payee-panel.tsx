import { type FormEvent, useState } from 'react';
import { RAILS, type RailName } from '../../../core/contract/payees.ts';
import { dataOf } from '../../app/refusals.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { RAILS_BUILT } from './rails-built.ts';
import { useAddPayee } from './use-payees.ts';

function railOf(text: string): RailName {
  return RAILS.find((rail) => rail === text) ?? 'simulated';
}

export function AddPayeePanel({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
}) {
  const [name, setName] = useState('');
  const [reference, setReference] = useState('');
  const [email, setEmail] = useState('');
  const [wished, setRail] = useState<RailName | null>(null);
  const [address, setAddress] = useState('');
  const add = useAddPayee();
  const rail = wished ?? RAILS_BUILT[0];
  const ready = name.trim() !== '' && reference.trim() !== '' && address.trim() !== '';
  const why = add.isError ? dataOf(add.error).why : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || add.isPending) return;
    add.mutate(
      {
        name: name.trim(),
        reference: reference.trim(),
        ...(email.trim() === '' ? {} : { email: email.trim() }),
        destination: { rail, address: address.trim() },
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
        <SelectField
          label={form.rail}
          value={rail}
          onText={(text) => setRail(railOf(text))}
          choices={RAILS_BUILT.map((value) => ({ value, label: words.rails[value] }))}
        />
        <TextField
          label={form.address}
          hint={form.addressHint}
          value={address}
          onText={setAddress}
          maxLength={200}
          required
          mono
          problem={typeof why === 'string' ? why : null}
          placeholder={words.payees.form.addressExamples[rail]}
        />
        {address.trim() === '' ? null : <FullAddress address={address.trim()} />}
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
