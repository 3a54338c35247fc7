import type { StaffMember } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { AddPersonPanel } from './add-person-panel.tsx';
import { useStaff } from './use-settings.ts';

const { people, roles: roleWords } = words.settings;

function Person({ person, isMe }: { readonly person: StaffMember; readonly isMe: boolean }) {
  return (
    <tr className="border-b border-line last:border-0">
      <th
        scope="row"
        className={`py-2 pr-4 text-left ${person.status === 'left' ? 'font-normal text-faint' : 'font-medium'}`}
      >
        {person.name}
        {isMe ? <span className="ml-1.5 font-normal text-faint">{people.you}</span> : null}
        {person.status === 'left' ? <span className="ml-1.5">{people.status.left}</span> : null}
      </th>
      <td className="py-2 pr-4 text-soft">{person.roles.map((role) => roleWords[role]).join(', ')}</td>
      <td className="py-2 pr-4 font-mono text-xs text-soft" title={person.publicKey}>
        {person.publicKey.slice(0, 8)}…{person.publicKey.slice(-8)}
      </td>
      <td className="py-2">
        <Ago atMs={person.createdAtMs} />
      </td>
    </tr>
  );
}

export function People() {
  const me = useMe();
  const { open } = useRoute();
  const { data, isPending, error, refetch } = useStaff();
  const mayAdd = hasAnyRole(me, ['admin']);
  const add = () => go({ open: 'new' });
  useCommands(mayAdd ? { new: add } : {});
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col gap-4 overflow-auto px-6 py-5">
        <div className="flex items-start justify-between gap-6">
          <p className="max-w-3xl text-soft">{mayAdd ? people.lead : `${people.lead} ${people.forbidden}`}</p>
          {mayAdd ? (
            <Button kind="primary" onClick={add}>
              <Icon name="plus" />
              {people.add}
              <Key>n</Key>
            </Button>
          ) : null}
        </div>
        {isPending ? <LoadingLines lines={4} /> : null}
        {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
        {data ? (
          <table aria-label={people.label} className="w-full">
            <thead>
              <tr className="border-b border-line text-left text-xs text-faint">
                {[people.name, people.roles, people.key, people.since].map((head) => (
                  <th key={head} scope="col" className="py-1.5 pr-4 font-normal">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.map((person) => (
                <Person key={person.id} person={person} isMe={person.id === me.staffId} />
              ))}
            </tbody>
          </table>
        ) : null}
      </div>
      {open === 'new' && mayAdd ? <AddPersonPanel onClose={() => go({ open: null })} /> : null}
    </>
  );
}
