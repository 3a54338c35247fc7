/** Two spellings of one name are one name. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
