/** What happened, line by line, in a file: what is acknowledged survives its process. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';

export interface LineFile<Entry> {
  readonly before: readonly Entry[];
  /** `mayBeLost`: with the last of them, should the machine die within the moment. */
  add(entry: unknown, options?: { readonly mayBeLost?: boolean }): void;
  close(): void;
}

/** Whole numbers of any size are kept as texts. */
export function openLineFile<Entry>(file: string, entryOf: (line: unknown) => Entry): LineFile<Entry> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // The process may have died within the last line: what was not written whole was not acknowledged.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').slice(0, -1);
  const before = lines.map((line) => entryOf(JSON.parse(line)));
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  const handle = openSync(file, 'a', 0o600);
  return {
    before,
    add(entry, { mayBeLost = false } = {}) {
      writeSync(handle, `${JSON.stringify(entry, numbersAsText)}\n`);
      if (!mayBeLost) fsyncSync(handle);
    },
    close: () => closeSync(handle),
  };
}

const numbersAsText = (_name: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
