import { useEffect, useRef, useState } from 'react';
import { useCommands } from '../../app/commands.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FILTER_BAR, FILTER_BOX, FILTER_CHIP } from '../../ui/filter.ts';
import { type AccountFilter, useLedgerAssets } from './use-ledger.ts';

const WORDS = words.ledger.filter;
const TYPED_FOR_MS = 180;

/** Kinds of accounts people look for, as searches. */
const SHOWS = {
  all: { show: '', q: '' },
  non_zero: { show: 'non_zero', q: '' },
  escrow: { show: '', q: 'withdrawal:pending' },
  holds: { show: '', q: 'reserve:held' },
} as const;
type Show = keyof typeof SHOWS;
const SHOW_NAMES: readonly Show[] = ['all', 'non_zero', 'escrow', 'holds'];

export function filterOf(params: Readonly<Record<string, string>>): AccountFilter {
  return {
    ...(params.q ? { q: params.q } : {}),
    ...(params.asset ? { assetId: params.asset } : {}),
    ...(params.show === 'non_zero' ? { balances: 'non_zero' as const } : {}),
  };
}

function Find() {
  const { params } = useRoute();
  const asked = params.q ?? '';
  const [typed, setTyped] = useState(asked);
  const field = useRef<HTMLInputElement>(null);
  useCommands({ search: () => field.current?.select() });
  useEffect(() => setTyped(asked), [asked]);
  useEffect(() => {
    if (typed.trim() === asked) return;
    const timer = setTimeout(() => setParam('q', typed.trim()), TYPED_FOR_MS);
    return () => clearTimeout(timer);
  }, [typed, asked]);
  return (
    <input
      ref={field}
      type="search"
      aria-label={WORDS.find}
      placeholder={`${WORDS.find}  /`}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      maxLength={200}
      spellCheck={false}
      data-set={asked !== ''}
      className={`${FILTER_BOX} w-44 placeholder:text-faint`}
    />
  );
}

export function AccountFilters() {
  const { params } = useRoute();
  const assets = useLedgerAssets();
  const shown = SHOW_NAMES.find((name) => {
    const { show, q } = SHOWS[name];
    return show === (params.show ?? '') && q === (params.q ?? '');
  });
  return (
    <div className={FILTER_BAR}>
      <Find />
      <fieldset aria-label={WORDS.show} className="flex gap-0.5">
        {SHOW_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === shown}
            onClick={() => go({ params: { ...params, ...SHOWS[name] } }, { replace: true })}
            className={FILTER_CHIP}
          >
            {WORDS.shows[name]}
          </button>
        ))}
      </fieldset>
      <select
        aria-label={WORDS.asset}
        value={params.asset ?? ''}
        data-set={Boolean(params.asset)}
        onChange={(event) => setParam('asset', event.target.value)}
        className={FILTER_BOX}
      >
        <option value="">{WORDS.allAssets}</option>
        {assets.data?.map(({ id, code }) => (
          <option key={id} value={id}>
            {code} · {id}
          </option>
        ))}
      </select>
    </div>
  );
}
