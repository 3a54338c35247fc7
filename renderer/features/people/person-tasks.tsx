/** What admins change about a person; each becomes terms that are signed. */

import { type FormEvent, useState } from 'react';
import type { GovernanceTerms } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Consequence, ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote, Working } from '../../ui/states.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { isUsable, NewPassphraseFields, NO_PASSPHRASE } from '../unlock/new-passphrase.tsx';
import { AccessFields, type TypedAccess } from './access-fields.tsx';
import type { PersonRow } from './people-columns.tsx';
import { useProposeKey } from './use-people.ts';

const say = words.people.tasks;

export type PersonTaskName = 'roles' | 'key' | 'factor' | 'leave';

interface Props {
  readonly person: PersonRow;
  readonly onSigned: (signed: ActSigned) => void;
  readonly onCancel: () => void;
}

export function PersonTask({ task, person, onSigned, onCancel }: Props & { readonly task: PersonTaskName }) {
  const [terms, setTerms] = useState<GovernanceTerms | null>(null);
  if (terms) return <SignAct terms={terms} onSigned={onSigned} onCancel={() => setTerms(null)} />;
  switch (task) {
    case 'roles':
      return <ChangeRoles person={person} onTerms={setTerms} onCancel={onCancel} />;
    case 'key':
      return <NewKey person={person} onTerms={setTerms} onCancel={onCancel} />;
    case 'factor':
    case 'leave':
      return (
        <ReasonForm
          consequence={words.acts.governance.follows[task === 'leave' ? 'staff_leave' : 'factor_reset']}
          submit={words.people.review}
          kind="primary"
          busy={false}
          error={null}
          onSubmit={(reason) =>
            setTerms({ kind: task === 'leave' ? 'staff_leave' : 'factor_reset', staffId: person.id, reason })
          }
          onCancel={onCancel}
        />
      );
  }
}

interface FormProps {
  readonly person: PersonRow;
  readonly onTerms: (terms: GovernanceTerms) => void;
  readonly onCancel: () => void;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}

function ChangeRoles({ person, onTerms, onCancel }: FormProps) {
  const [access, setAccess] = useState<TypedAccess>({ roles: person.roles, groups: person.groups });
  const changed = !same(access.roles, person.roles) || !same(access.groups, person.groups);
  const ready = changed && access.roles.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    onTerms({ kind: 'staff_roles', staffId: person.id, roles: [...access.roles], groups: [...access.groups] });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <AccessFields value={access} onChange={setAccess} />
      <div className="flex gap-2">
        <Button kind="primary" type="submit" disabled={!ready}>
          {words.people.review}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {words.ui.cancel}
        </Button>
      </div>
    </form>
  );
}

/** Whoever lost their passphrase types a new one here. */
function NewKey({ person, onTerms, onCancel }: FormProps) {
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const [reason, setReason] = useState('');
  const propose = useProposeKey();
  const ready = isUsable(passphrase) && reason.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || propose.isPending) return;
    propose.mutate(
      { staffId: person.id, passphrase: passphrase.passphrase, reason: reason.trim() },
      { onSuccess: onTerms },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Consequence>{words.acts.governance.follows.staff_key}</Consequence>
      <p className="text-soft">{say.key.lead(person.name)}</p>
      <NewPassphraseFields value={passphrase} onChange={setPassphrase} />
      <TextField
        label={words.ui.reason}
        hint={words.ui.reasonHint}
        value={reason}
        onText={setReason}
        maxLength={1000}
        required
      />
      {propose.isError ? <ErrorNote error={propose.error} /> : null}
      <div className="flex gap-2">
        <Button kind="primary" type="submit" busy={propose.isPending} disabled={!ready}>
          {words.people.review}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {words.ui.cancel}
        </Button>
      </div>
      {propose.isPending ? <Working>{words.people.add.working}</Working> : null}
    </form>
  );
}
