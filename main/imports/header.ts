import { badHeader } from '../../core/payouts/import/errors.ts';
import { COLUMNS_MAX } from './limits.ts';

const NAME_CHARACTERS_MAX = 200;

/** The columns' names, each of its own: a mapping tells columns apart by them. */
export function checkedHeader(cells: readonly string[]): readonly string[] {
  if (cells.length > COLUMNS_MAX)
    throw badHeader(`The header has ${cells.length} columns; a file may have ${COLUMNS_MAX}.`);
  const names = cells.map((cell, index) => (cell.trim() === '' ? `column ${index + 1}` : cell.trim()));
  if (cells.every((cell) => cell.trim() === ''))
    throw badHeader('The first line of the file is empty; it has to name the columns.');
  const seen = new Set<string>();
  for (const name of names) {
    if (name.length > NAME_CHARACTERS_MAX)
      throw badHeader('A column’s name is too long. Is the first line the header?');
    if (seen.has(name)) throw badHeader(`Two columns are called "${name}". Give each a name of its own.`);
    seen.add(name);
  }
  return names;
}
