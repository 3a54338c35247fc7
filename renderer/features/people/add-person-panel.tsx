import { type FormEvent, useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, GoodNote, Working } from '../../ui/states.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { isUsable, NewPassphraseFields, NO_PASSPHRASE } from '../unlock/new-passphrase.tsx';
import { AccessFields, type TypedAccess } from './access-fields.tsx';
import { useAccessStatus, useProposePerson } from './use-people.ts';

const say = words.people.add;
const EVERYDAY: TypedAccess = { roles: ['operator', 'approver'], groups: [] };
/** A team of two can only work when both may do everything. */
const EVERYTHING: TypedAccess = {
  roles: ['operator', 'approver', 'signer', 'controller', 'auditor', 'admin'],
  groups: [],
};

/** The person types their own passphrase here; what admins sign is their name, roles and key. */
export function AddPersonPanel({ onClose }: { readonly onClose: () => void }) {
  const status = useAccessStatus();
  const [signed, setSigned] = useState<{ name: string; act: ActSigned } | null>(null);
  // While one admin sets up, the next person is the second admin: without one no real money moves.
  const suggested = status.data?.settingUp ? EVERYTHING : EVERYDAY;
  return (
    <Panel
      of={signed ? 'added' : 'new'}
      label={say.title}
      onClose={onClose}
      title={<h2 className="text-base font-semibold">{say.title}</h2>}
    >
      {signed ? (
        <>
          <GoodNote>{signed.act.done ? say.done(signed.name) : say.waits(signed.name)}</GoodNote>
          <div>
            <Button kind="primary" onClick={onClose}>
              {say.close}
            </Button>
          </div>
        </>
      ) : status.data ? (
        <NewPersonForm suggested={suggested} onSigned={(name, act) => setSigned({ name, act })} onCancel={onClose} />
      ) : null}
    </Panel>
  );
}

interface FormProps {
  readonly suggested: TypedAccess;
  readonly onSigned: (name: string, act: ActSigned) => void;
  readonly onCancel: () => void;
}

function NewPersonForm({ suggested, onSigned, onCancel }: FormProps) {
  const [name, setName] = useState('');
  const [access, setAccess] = useState(suggested);
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const propose = useProposePerson();
  const ready = name.trim() !== '' && access.roles.length > 0 && isUsable(passphrase);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || propose.isPending) return;
    propose.mutate(
      { name: name.trim(), ...access, passphrase: passphrase.passphrase },
      { onSuccess: () => setPassphrase(NO_PASSPHRASE) },
    );
  };
  if (propose.data) {
    return (
      <SignAct terms={propose.data} onSigned={(act) => onSigned(name.trim(), act)} onCancel={() => propose.reset()} />
    );
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p className="text-soft">{say.lead}</p>
      <TextField label={say.name} value={name} onText={setName} maxLength={80} required autoFocus />
      <AccessFields value={access} onChange={setAccess} />
      <NewPassphraseFields value={passphrase} onChange={setPassphrase} label={say.passphrase} againLabel={say.again} />
      {propose.isError ? <ErrorNote error={propose.error} /> : null}
      <div className="flex gap-2">
        <Button kind="primary" type="submit" busy={propose.isPending} disabled={!ready}>
          {say.submit}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {words.ui.cancel}
        </Button>
      </div>
      {propose.isPending ? <Working>{say.working}</Working> : null}
    </form>
  );
}
