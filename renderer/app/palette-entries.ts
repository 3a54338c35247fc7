export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly keys: readonly string[];
  readonly act: () => void;
}

/** How well a label answers what was typed: a word's beginning beats its middle, letters in order beat nothing. */
function score(label: string, typed: string): number {
  const text = label.toLocaleLowerCase();
  if (text.startsWith(typed)) return 4;
  if (text.split(/\s+/).some((word) => word.startsWith(typed))) return 3;
  if (text.includes(typed)) return 2;
  let from = 0;
  for (const letter of typed) {
    const found = text.indexOf(letter, from);
    if (found < 0) return 0;
    from = found + 1;
  }
  return 1;
}

/** The best first; equals keep their order. Nothing typed leaves all as they are. */
export function rankEntries(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const wanted = typed.trim().toLocaleLowerCase();
  if (wanted === '') return entries;
  return entries
    .map((entry) => ({ entry, points: score(entry.label, wanted) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ entry }) => entry);
}
