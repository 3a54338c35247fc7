/** Which key means what. Data and one pure function; who acts on a command is decided elsewhere. */
import type { Place } from './routes.ts';

export type Command =
  | `go.${Place}`
  | 'list.next'
  | 'list.previous'
  | 'list.first'
  | 'list.open'
  | 'list.select'
  | 'list.selectTo'
  | 'panel.close'
  | 'approve'
  | 'reject'
  | 'changes'
  | 'withdraw'
  | 'new'
  | 'search'
  | 'palette'
  | 'help'
  | 'lock';

export interface KeyPress {
  readonly key: string;
  readonly mod: boolean;
  readonly alt: boolean;
  /** The focus is where typing belongs: in a field. */
  readonly typing: boolean;
  /** The focus is on something that answers Enter itself: a button, a link. */
  readonly onControl: boolean;
  /** The focus is in a panel, where arrows scroll or choose. */
  readonly inPanel: boolean;
}

/** The keys people see in the help, in the order they are shown there. */
export const KEYS: readonly { readonly keys: readonly string[]; readonly command: Command }[] = [
  { keys: ['j'], command: 'list.next' },
  { keys: ['k'], command: 'list.previous' },
  { keys: ['Enter'], command: 'list.open' },
  { keys: ['x'], command: 'list.select' },
  { keys: ['X'], command: 'list.selectTo' },
  { keys: ['Escape'], command: 'panel.close' },
  { keys: ['a'], command: 'approve' },
  { keys: ['r'], command: 'reject' },
  { keys: ['c'], command: 'changes' },
  { keys: ['w'], command: 'withdraw' },
  { keys: ['n'], command: 'new' },
  { keys: ['/'], command: 'search' },
  { keys: ['mod+k'], command: 'palette' },
  { keys: ['?'], command: 'help' },
  { keys: ['mod+l'], command: 'lock' },
  { keys: ['g', 'g'], command: 'list.first' },
  { keys: ['g', 'o'], command: 'go.overview' },
  { keys: ['g', 'a'], command: 'go.approvals' },
  { keys: ['g', 'n'], command: 'go.signing' },
  { keys: ['g', 'p'], command: 'go.payouts' },
  { keys: ['g', 'i'], command: 'go.import' },
  { keys: ['g', 'e'], command: 'go.payees' },
  { keys: ['g', 't'], command: 'go.statements' },
  { keys: ['g', 'd'], command: 'go.schedules' },
  { keys: ['g', 'h'], command: 'go.holds' },
  { keys: ['g', 'c'], command: 'go.campaigns' },
  { keys: ['g', 'l'], command: 'go.ledger' },
  { keys: ['g', 'm'], command: 'go.notifications' },
  { keys: ['g', 'w'], command: 'go.alerts' },
  { keys: ['g', 'y'], command: 'go.sync' },
  { keys: ['g', 'j'], command: 'go.jobs' },
  { keys: ['g', 'u'], command: 'go.audit' },
  { keys: ['g', 's'], command: 'go.settings' },
];

const SINGLE = new Map<string, Command>([
  ...KEYS.flatMap(({ keys, command }) => (keys.length === 1 ? [[keys[0] ?? '', command] as const] : [])),
  ['ArrowDown', 'list.next'],
  ['ArrowUp', 'list.previous'],
  ['Home', 'list.first'],
]);

const AFTER_G = new Map<string, Command>(
  KEYS.flatMap(({ keys, command }) => (keys.length === 2 ? [[keys[1] ?? '', command] as const] : [])),
);

export const SEQUENCE_WITHIN_MS = 1_200;

export interface Reading {
  readonly command: Command | null;
  /** A sequence was begun; the next key completes it. */
  readonly pending: boolean;
}

const NOTHING: Reading = { command: null, pending: false };

/** `pending`: a `g` was pressed just before. */
export function readKey(press: KeyPress, pending: boolean): Reading {
  if (press.alt) return NOTHING;
  if (press.mod) return { command: SINGLE.get(`mod+${press.key.toLowerCase()}`) ?? null, pending: false };
  if (press.key === 'Escape') return { command: 'panel.close', pending: false };
  if (press.typing) return NOTHING;
  if (pending) return { command: AFTER_G.get(press.key) ?? null, pending: false };
  if (press.key === 'g') return { command: null, pending: true };
  const command = SINGLE.get(press.key) ?? null;
  if (press.inPanel && press.key.length > 1) return NOTHING;
  return command === 'list.open' && press.onControl ? NOTHING : { command, pending: false };
}
