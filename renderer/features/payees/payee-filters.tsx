import { useEffect, useState } from 'react';
import { setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { useAssets } from '../payouts/assets.ts';
import { railOf, useRails } from './rails.ts';
import type { PayeeFilter } from './use-payees.ts';

const TYPED_FOR_MS = 180;
const BOX = 'h-7 min-w-0 rounded-md border border-line bg-raised px-2 text-xs text-ink';
const say = words.payees.filters;

/** What the address asks for. A value that means nothing is left out. */
export function payeeFilterOf(params: Readonly<Record<string, string>>): PayeeFilter {
  const rail = railOf(params.rail);
  const { q, status, tag, owed } = params;
  return {
    ...(q ? { q } : {}),
    ...(status === 'active' || status === 'closed' ? { status } : {}),
    ...(rail === undefined ? {} : { rail }),
    ...(tag ? { tag } : {}),
    ...(owed ? { owedIn: owed } : {}),
  };
}

function Chooser({
  name,
  any,
  choices,
}: {
  readonly name: 'status' | 'rail' | 'owed';
  readonly any: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}) {
  const { params } = useRoute();
  return (
    <select
      aria-label={any}
      value={params[name] ?? ''}
      onChange={(event) => setParam(name, event.target.value)}
      className={BOX}
    >
      <option value="">{any}</option>
      {choices.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

function TagFilter() {
  const { params } = useRoute();
  const asked = params.tag ?? '';
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked), [asked]);
  useEffect(() => {
    if (typed.trim() === asked) return;
    const timer = setTimeout(() => setParam('tag', typed.trim()), TYPED_FOR_MS);
    return () => clearTimeout(timer);
  }, [typed, asked]);
  return (
    <input
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      aria-label={say.tag}
      placeholder={say.tag}
      maxLength={40}
      spellCheck={false}
      className={`${BOX} w-28 placeholder:text-faint`}
    />
  );
}

export function PayeeFilters() {
  const rails = useRails();
  const assets = useAssets();
  return (
    <fieldset aria-label={say.label} className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5">
      <Chooser
        name="status"
        any={say.anyStatus}
        choices={(['active', 'closed'] as const).map((value) => ({ value, label: words.payees.status[value] }))}
      />
      <Chooser name="rail" any={say.anyRail} choices={rails.map((value) => ({ value, label: words.rails[value] }))} />
      <Chooser
        name="owed"
        any={say.owedAny}
        choices={assets.map(({ id, code }) => ({ value: id, label: say.owedInAsset(code) }))}
      />
      <TagFilter />
    </fieldset>
  );
}
