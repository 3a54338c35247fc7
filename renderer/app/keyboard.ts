import { useEffect } from 'react';
import { run } from './commands.ts';
import { type Command, type KeyPress, readKey, SEQUENCE_WITHIN_MS } from './keymap.ts';

/** Decides about a payment: one press, one decision. */
const DECIDES: readonly (Command | null)[] = ['approve', 'reject', 'changes', 'withdraw'];

const TYPING = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
const CONTROL = 'button, a[href], summary, [role=button], [role=menuitem], [role=tab], input';

const isApple = /^(mac|darwin)/i.test(window.countersign?.platform ?? navigator.platform);

/** How a key of the keymap is written on this machine. */
export function keyLabel(key: string): string {
  return key
    .replace('mod+', isApple ? '⌘' : 'Ctrl ')
    .replace('Escape', 'Esc')
    .replace(/^[A-Z]$/, (letter) => `⇧${letter}`)
    .replace(/(?<=⌘|Ctrl )[a-z]/, (letter) => letter.toUpperCase());
}

function pressOf(event: KeyboardEvent): KeyPress {
  const target = event.target instanceof Element ? event.target : null;
  return {
    key: event.key,
    mod: isApple ? event.metaKey : event.ctrlKey,
    alt: event.altKey,
    typing: target?.closest(TYPING) != null,
    onControl: target?.closest(CONTROL) != null,
    inPanel: target?.closest('aside') != null,
  };
}

/** Listens once for the whole window. Open dialogs keep their keys to themselves. */
export function useKeyboard(): void {
  useEffect(() => {
    let beganAtMs = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
      const reading = readKey(pressOf(event), event.timeStamp - beganAtMs < SEQUENCE_WITHIN_MS);
      beganAtMs = reading.pending ? event.timeStamp : Number.NEGATIVE_INFINITY;
      // A key held down moves through a list; it never decides about one thing after another.
      if (event.repeat && DECIDES.includes(reading.command)) return;
      if (reading.command !== null && run(reading.command)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
