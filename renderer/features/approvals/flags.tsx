import type { QueueFlag } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';

/** What may be somebody's attempt, rather than somebody's haste. */
const GRAVE: readonly QueueFlag['code'][] = ['look_alike', 'screening', 'split'];

const LOOKS = { grave: 'bg-red-wash text-red', odd: 'bg-amber-wash text-amber' } as const;

function looksOf(code: QueueFlag['code']): string {
  return GRAVE.includes(code) ? LOOKS.grave : LOOKS.odd;
}

/** In a row: the words alone, the grave ones first; what they say exactly on hover. */
export function Flags({ flags }: { readonly flags: readonly QueueFlag[] }) {
  const graveFirst = flags.toSorted((a, b) => Number(GRAVE.includes(b.code)) - Number(GRAVE.includes(a.code)));
  const [first, ...others] = graveFirst;
  if (!first) return null;
  return (
    <span
      className="inline-flex min-w-0 items-center gap-1"
      title={flags.map(({ code, note }) => `${words.approvals.flags[code]}: ${note}`).join('\n')}
    >
      <span className={`inline-flex items-center gap-1 rounded px-1.5 text-xs leading-5 ${looksOf(first.code)}`}>
        <Icon name="warning" className="size-3" />
        {words.approvals.flags[first.code]}
      </span>
      {others.length > 0 ? <span className="text-xs text-soft">+{others.length}</span> : null}
    </span>
  );
}

/** In the panel: each with what it is about. */
export function FlagList({ flags }: { readonly flags: readonly QueueFlag[] }) {
  return (
    <ul className="flex flex-col gap-1.5">
      {flags.map(({ code, note }) => (
        <li key={code} className={`flex items-start gap-2 rounded-md px-2.5 py-1.5 ${looksOf(code)}`}>
          <Icon name="warning" className="mt-0.5 size-4" />
          <span className="min-w-0">
            <span className="font-medium">{words.approvals.flags[code]}</span>
            <span className="block text-ink">{note}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
