import type { Grant } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Moment } from '../../ui/time.tsx';

const say = words.people.grants;

export function grantText({ what, value }: Grant): string {
  switch (what) {
    case 'role':
      return say.role(words.settings.roles[value as keyof typeof words.settings.roles] ?? value);
    case 'group':
      return say.group(value);
    case 'key':
      return say.key(`${value.slice(0, 8)}…${value.slice(-8)}`);
  }
}

function by(names: readonly { readonly name: string }[], act: number): string {
  return act === 0 ? say.founding : say.by(names.map(({ name }) => name).join(', '), act);
}

/** The latest first; what has ended says when, and by whose act. */
export function GrantHistory({ grants }: { readonly grants: readonly Grant[] }) {
  const latestFirst = grants.toSorted((a, b) => b.fromMs - a.fromMs || b.fromAct - a.fromAct);
  return (
    <ul className="flex flex-col gap-2">
      {latestFirst.map((grant) => (
        <li key={`${grant.what} ${grant.value} ${grant.fromAct}`} className={grant.untilMs === null ? '' : 'text-soft'}>
          <span className={grant.untilMs === null ? 'font-medium' : ''}>{grantText(grant)}</span>
          <span className="block text-soft">
            <Moment atMs={grant.fromMs} /> · {by(grant.fromBy, grant.fromAct)}
          </span>
          {grant.untilMs === null ? null : (
            <span className="block text-soft">
              {say.until} <Moment atMs={grant.untilMs} /> · {by(grant.untilBy, grant.untilAct ?? 0)}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
