import { type FormEvent, useState } from 'react';
import { ROLES, type Role } from '../../../core/contract/words.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, GoodNote, Working } from '../../ui/states.tsx';
import { isUsable, NewPassphraseFields, NO_PASSPHRASE } from '../unlock/new-passphrase.tsx';
import { useAddPerson } from './use-settings.ts';

const { form } = words.settings.people;

export function AddPersonPanel({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['operator', 'approver']);
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const add = useAddPerson();
  const ready = name.trim() !== '' && roles.length > 0 && isUsable(passphrase);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || add.isPending) return;
    add.mutate(
      { name: name.trim(), roles: [...roles], passphrase: passphrase.passphrase },
      {
        onSuccess: () => {
          setName('');
          setPassphrase(NO_PASSPHRASE);
        },
      },
    );
  };
  return (
    <Panel
      of="new"
      label={form.title}
      title={<h2 className="text-base font-semibold">{form.title}</h2>}
      onClose={onClose}
    >
      {add.isSuccess ? (
        <GoodNote>{add.data.done ? form.done(add.variables.name) : form.waits(add.variables.name)}</GoodNote>
      ) : null}
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-soft">{form.lead}</p>
        <TextField label={form.name} value={name} onText={setName} maxLength={80} required autoFocus />
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1 text-xs font-medium text-soft">{form.roles}</legend>
          {ROLES.map((role) => (
            <CheckField
              key={role}
              label={words.settings.roles[role]}
              note={words.settings.roleNotes[role]}
              checked={roles.includes(role)}
              onCheck={(checked) =>
                setRoles(ROLES.filter((other) => (other === role ? checked : roles.includes(other))))
              }
            />
          ))}
          {roles.length === 0 ? <p className="text-xs text-red">{form.rolesRequired}</p> : null}
        </fieldset>
        <NewPassphraseFields
          value={passphrase}
          onChange={setPassphrase}
          label={form.passphrase}
          againLabel={form.again}
        />
        {add.isError ? <ErrorNote error={add.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={add.isPending} disabled={!ready}>
            {form.submit}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
        {add.isPending ? <Working>{form.working}</Working> : null}
      </form>
    </Panel>
  );
}
