import { useState } from 'react';
import { ROLES, type Role } from '../../../core/contract/words.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, TextField } from '../../ui/field.tsx';
import { useGroups } from './use-people.ts';

const say = words.people;

export interface TypedAccess {
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
}

interface Props {
  readonly value: TypedAccess;
  readonly onChange: (value: TypedAccess) => void;
}

/** What somebody may do: their roles, and the groups that policies ask. */
export function AccessFields({ value, onChange }: Props) {
  const { roles, groups } = value;
  const known = [...new Set([...useGroups(), ...groups])].sort();
  const [typed, setTyped] = useState('');
  const add = () => {
    const name = typed.trim();
    if (name !== '' && !groups.includes(name)) onChange({ ...value, groups: [...groups, name] });
    setTyped('');
  };
  return (
    <>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 text-xs font-medium text-soft">{say.roles}</legend>
        {ROLES.map((role) => (
          <CheckField
            key={role}
            label={words.settings.roles[role]}
            note={words.settings.roleNotes[role]}
            checked={roles.includes(role)}
            onCheck={(checked) =>
              onChange({
                ...value,
                roles: ROLES.filter((other) => (other === role ? checked : roles.includes(other))),
              })
            }
          />
        ))}
        {roles.length === 0 ? <p className="text-xs text-red">{say.rolesRequired}</p> : null}
      </fieldset>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 text-xs font-medium text-soft">{say.groups}</legend>
        {known.map((group) => (
          <CheckField
            key={group}
            label={group}
            checked={groups.includes(group)}
            onCheck={(checked) =>
              onChange({
                ...value,
                groups: checked ? [...groups, group] : groups.filter((other) => other !== group),
              })
            }
          />
        ))}
        <div className="flex items-end gap-2">
          <div className="flex-1">
            <TextField
              label={say.newGroup}
              hint={say.groupsHint}
              optional
              value={typed}
              onText={setTyped}
              maxLength={40}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                add();
              }}
            />
          </div>
          <Button className="mb-5" onClick={add} disabled={typed.trim() === ''}>
            {say.addGroup}
          </Button>
        </div>
      </fieldset>
    </>
  );
}
