import { useState } from 'react';
import { useCommands } from '../app/commands.ts';

interface ListKeys {
  readonly rows: readonly { readonly id: string }[];
  readonly openId: string | null;
  readonly onOpen: (id: string) => void;
}

/** The cursor of a list, moved by `j` and `k`. While a row's panel is open, it follows the cursor. */
export function useListKeys({ rows, openId, onOpen }: ListKeys): {
  cursorId: string | null;
  setCursor: (id: string | null) => void;
} {
  const [cursor, setCursor] = useState<string | null>(null);
  // An open row is the cursor, however it was opened; without one the first row waits for `Enter`.
  const rowIsOpen = rows.some(({ id }) => id === openId);
  const cursorId = rowIsOpen ? openId : cursor;
  const moveTo = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    setCursor(row.id);
    if (rowIsOpen) onOpen(row.id);
  };
  const at = () => rows.findIndex(({ id }) => id === cursorId);
  useCommands({
    'list.next': () => moveTo(at() + 1),
    'list.previous': () => moveTo(Math.max(0, at()) - 1),
    'list.first': () => moveTo(0),
    'list.open': () => {
      const row = rows[Math.max(0, at())];
      if (!row) return;
      setCursor(row.id);
      onOpen(row.id);
    },
  });
  return { cursorId, setCursor };
}
