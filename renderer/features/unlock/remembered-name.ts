/** The name that signed in last at this desk, to save typing it; never the passphrase. */
const KEY = 'countersign-name';

export function rememberedName(): string {
  return window.localStorage.getItem(KEY) ?? '';
}

export function rememberName(name: string): void {
  window.localStorage.setItem(KEY, name);
}
