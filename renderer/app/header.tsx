import { useQuery } from '@tanstack/react-query';
import { DropdownMenu } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { SavedViews } from '../features/approvals/saved-views.tsx';
import { Key } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { MENU, MENU_ITEM } from '../ui/menu.ts';
import { useMe } from './access.ts';
import { orpc } from './client.ts';
import { useCommands } from './commands.ts';
import { type ConnectionState, useConnection } from './connection.ts';
import { leaveDesk } from './identity.ts';
import { keyLabel } from './keyboard.ts';
import { setTheme, THEMES, usePreferences } from './preferences.ts';
import { go, type Place, setParam, useRoute } from './routes.ts';
import { showOverlay } from './view-state.ts';
import { words } from './words/words.ts';

const TYPED_FOR_MS = 180;

const SEARCHED = {
  approvals: words.frame.searchApprovals,
  signing: words.frame.searchSigning,
  payouts: words.frame.searchPayouts,
  payees: words.frame.searchPayees,
  statements: words.frame.searchStatements,
  schedules: words.frame.searchSchedules,
  holds: words.frame.searchHolds,
  campaigns: words.frame.searchCampaigns,
  sync: words.frame.searchSync,
  audit: words.frame.searchAudit,
} as const;

function isSearched(place: Place): place is keyof typeof SEARCHED {
  return Object.hasOwn(SEARCHED, place);
}

/** Searches the place one is in; from places without a search it leads to the payouts. */
function Search() {
  const route = useRoute();
  const searched = isSearched(route.place) ? route.place : 'payouts';
  const asked = route.place === searched ? (route.params.q ?? '') : '';
  const [typed, setTyped] = useState(asked);
  const input = useRef<HTMLInputElement>(null);
  const label = SEARCHED[searched];
  useCommands({ search: () => input.current?.select() });
  useEffect(() => setTyped(asked), [asked]);
  useEffect(() => {
    if (typed.trim() === asked) return;
    const timer = setTimeout(() => {
      if (route.place === searched) setParam('q', typed.trim());
      else if (typed.trim() !== '') go({ place: searched, params: { q: typed.trim() } });
    }, TYPED_FOR_MS);
    return () => clearTimeout(timer);
  }, [typed, asked, route.place, searched]);
  return (
    <div className="relative w-64 shrink">
      <Icon name="search" className="pointer-events-none absolute top-2 left-2 text-faint" />
      <input
        ref={input}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (typed === '') input.current?.blur();
          setTyped('');
        }}
        maxLength={200}
        aria-label={label}
        placeholder={label}
        spellCheck={false}
        className="h-8 w-full rounded-md border border-transparent bg-hover pr-8 pl-8 text-sm placeholder:text-faint focus:border-line-strong focus:bg-surface [&::-webkit-search-cancel-button]:hidden"
      />
      {typed === '' ? (
        <span className="pointer-events-none absolute top-1.5 right-2 text-faint" aria-hidden="true">
          <Key>/</Key>
        </span>
      ) : null}
    </div>
  );
}

const ENGINE_LOOKS: Record<ConnectionState, string> = {
  up: 'bg-green',
  connecting: 'bg-amber animate-pulse',
  down: 'bg-red',
};

function VaultState() {
  const { data } = useQuery(orpc.vault.status.queryOptions());
  const connection = useConnection((state) => state.state);
  return (
    <div className="flex min-w-0 items-center gap-3 text-xs text-soft">
      {data?.fenced ? (
        <span className="rounded bg-violet-wash px-1.5 py-0.5 font-medium text-violet">{words.frame.fenced}</span>
      ) : null}
      {data?.network ? (
        <span
          title={data.network === 'sandbox' ? words.frame.sandboxTitle : words.frame.liveTitle}
          className={`rounded px-1.5 py-0.5 font-medium ${data.network === 'sandbox' ? 'bg-amber-wash text-amber' : 'bg-green-wash text-green'}`}
        >
          {words.frame[data.network]}
        </span>
      ) : null}
      <span className="truncate max-[1180px]:max-w-40" title={data?.file ?? undefined}>
        {data?.name}
      </span>
      <span role="status" className="flex items-center gap-1.5" title={words.frame.engine[connection]}>
        <span className={`size-2 rounded-full ${ENGINE_LOOKS[connection]}`} aria-hidden="true" />
        <span className={connection === 'up' ? 'sr-only' : ''}>{words.frame.engine[connection]}</span>
      </span>
    </div>
  );
}

function MyMenu() {
  const me = useMe();
  const theme = usePreferences((state) => state.theme);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={words.frame.me(me.name)}
        className="inline-flex size-7 shrink-0 items-center justify-center rounded-full bg-chosen text-xs font-semibold text-accent uppercase"
      >
        {[...me.name][0]}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className={MENU}>
          <DropdownMenu.Label className="px-2 py-1.5 text-xs text-faint">{words.frame.me(me.name)}</DropdownMenu.Label>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => void leaveDesk('signed_out')}>
            {words.frame.lock}
            <Key>{keyLabel('mod+l')}</Key>
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.RadioGroup
            value={theme}
            onValueChange={(value) => setTheme(THEMES.find((known) => known === value) ?? 'system')}
          >
            {THEMES.map((name) => (
              <DropdownMenu.RadioItem key={name} value={name} className={MENU_ITEM}>
                {words.palette.theme(words.theme[name])}
                <DropdownMenu.ItemIndicator>
                  <Icon name="check" />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => showOverlay('help')}>
            {words.frame.help}
            <Key>?</Key>
          </DropdownMenu.Item>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => go({ place: 'settings' })}>
            {words.places.settings}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function Header() {
  const { place } = useRoute();
  return (
    <header className="flex h-12 shrink-0 items-center gap-4 border-b border-line px-5">
      <h1 className="min-w-22 text-base font-semibold whitespace-nowrap">{words.places[place]}</h1>
      {place === 'approvals' ? <SavedViews /> : null}
      <Search />
      <div className="flex-1" />
      <VaultState />
      <MyMenu />
    </header>
  );
}
