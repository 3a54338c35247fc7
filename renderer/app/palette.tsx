import { useId, useMemo, useState } from 'react';
import { Key } from '../ui/button.tsx';
import { canRun, run } from './commands.ts';
import { closeVault, leaveDesk } from './identity.ts';
import { keyLabel } from './keyboard.ts';
import { KEYS } from './keymap.ts';
import { Overlay } from './overlay.tsx';
import { type PaletteEntry, rankEntries } from './palette-entries.ts';
import { setTheme, THEMES } from './preferences.ts';
import { go, PLACES } from './routes.ts';
import { showOverlay } from './view-state.ts';
import { words } from './words/words.ts';

function keysOf(command: string): readonly string[] {
  return KEYS.find((known) => known.command === command)?.keys.map(keyLabel) ?? [];
}

function useEntries(typed: string): readonly PaletteEntry[] {
  return useMemo(() => {
    const entries: PaletteEntry[] = [
      ...(canRun('approve')
        ? [{ id: 'approve', label: words.palette.approve, keys: keysOf('approve'), act: () => void run('approve') }]
        : []),
      ...PLACES.map((place) => ({
        id: `go.${place}`,
        label: words.palette.goTo(words.places[place]),
        keys: keysOf(`go.${place}`),
        act: () => go({ place, open: null, params: {} }),
      })),
      {
        id: 'new.payout',
        label: words.palette.newPayout,
        keys: [],
        act: () => go({ place: 'payouts', open: 'new', params: {} }),
      },
      {
        id: 'new.payee',
        label: words.palette.newPayee,
        keys: [],
        act: () => go({ place: 'payees', open: 'new', params: {} }),
      },
      {
        id: 'new.statement',
        label: words.palette.newStatement,
        keys: [],
        act: () => go({ place: 'statements', open: 'new', params: {} }),
      },
      {
        id: 'import',
        label: words.palette.importFile,
        keys: [],
        act: () => go({ place: 'import', open: null, params: {} }),
      },
      {
        id: 'new.person',
        label: words.palette.newPerson,
        keys: [],
        act: () => go({ place: 'settings', open: 'new', params: {} }),
      },
      {
        id: 'fund',
        label: words.palette.fund,
        keys: [],
        act: () => go({ place: 'overview', open: 'fund', params: {} }),
      },
      {
        id: 'freeze',
        label: words.freezes.freeze,
        keys: [],
        act: () => go({ place: 'overview', open: 'freeze', params: {} }),
      },
      ...THEMES.map((theme) => ({
        id: `theme.${theme}`,
        label: words.palette.theme(words.theme[theme]),
        keys: [],
        act: () => setTheme(theme),
      })),
      { id: 'help', label: words.frame.help, keys: keysOf('help'), act: () => showOverlay('help') },
      { id: 'lock', label: words.frame.lock, keys: keysOf('lock'), act: () => void leaveDesk('signed_out') },
      { id: 'close', label: words.frame.closeVault, keys: [], act: () => void closeVault() },
    ];
    const ranked = rankEntries(entries, typed);
    const text = typed.trim();
    if (text === '') return ranked;
    return [
      ...ranked,
      {
        id: 'search',
        label: words.palette.searchFor(text),
        keys: [],
        act: () => go({ place: 'payouts', open: null, params: { q: text } }),
      },
    ];
  }, [typed]);
}

export function Palette() {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const entries = useEntries(typed);
  const chosen = entries[Math.min(at, entries.length - 1)];
  const act = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    showOverlay(null);
    // After the dialog has given the focus back, so that what opens next can take it.
    setTimeout(entry.act);
  };
  return (
    <Overlay label={words.frame.palette} className="mt-[14vh] w-[36rem] max-w-[90vw]">
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={chosen ? `${listId}-${chosen.id}` : undefined}
        aria-label={words.palette.label}
        placeholder={words.palette.label}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (step !== 0 && entries.length > 0) {
            event.preventDefault();
            setAt((Math.min(at, entries.length - 1) + step + entries.length) % entries.length);
          }
          if (event.key === 'Enter') act(chosen);
        }}
        spellCheck={false}
        className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-faint"
      />
      <div role="listbox" id={listId} aria-label={words.frame.palette} className="max-h-80 overflow-y-auto p-1.5">
        {entries.map((entry) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
          <div
            key={entry.id}
            id={`${listId}-${entry.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={entry === chosen}
            ref={(node) => {
              if (entry === chosen) node?.scrollIntoView({ block: 'nearest' });
            }}
            onClick={() => act(entry)}
            className={`flex h-9 cursor-default items-center justify-between rounded-md px-3 text-sm ${entry === chosen ? 'bg-chosen' : 'hover:bg-hover'}`}
          >
            {entry.label}
            <span className="flex gap-1 text-faint">
              {entry.keys.map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </span>
          </div>
        ))}
      </div>
      {entries.length === 0 ? <p className="px-4 py-3 text-soft">{words.palette.none}</p> : null}
    </Overlay>
  );
}
