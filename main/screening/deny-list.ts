/**
 * Screening against a file of whom nobody may pay: names and addresses, as JSON
 * (`{"list":"…","names":["…"],"addresses":["…"]}`) or as CSV with the columns `type` (`name` or
 * `address`) and `value`. Names are compared exactly and as people hear them: without case,
 * accents and punctuation, in any order of their words. Addresses are compared exactly, but for
 * the case of hex.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Clock } from '../../core/ids/ids.ts';
import { accountKey, addressKey } from '../../core/payees/likeness.ts';
import type { ScreeningPort, ScreeningResult, ScreeningSubject } from '../../core/payees/screening.ts';

const entry = z.string().trim().min(1).max(500);
const jsonList = z.strictObject({
  list: entry.optional(),
  names: z.array(entry).default([]),
  addresses: z.array(entry).default([]),
});
const csvList = z.array(z.object({ type: z.enum(['name', 'address']), value: entry }));

const BYTES_MAX = 64 * 1024 * 1024;

interface DenyList {
  readonly name: string;
  readonly hash: string;
  /** The entry as it is written, by each way in which it is compared. */
  readonly names: ReadonlyMap<string, string>;
  readonly addresses: ReadonlyMap<string, string>;
}

export interface DenyListOptions {
  /** Where the list may be; the first that is there counts. */
  readonly files: readonly string[];
  readonly clock: Clock;
}

export function denyListScreening({ files, clock }: DenyListOptions): ScreeningPort {
  let read: { readonly stamp: string; readonly list: DenyList } | null = null;
  const current = (): DenyList => {
    const found = files
      .map((file) => ({ file, stat: statSync(file, { throwIfNoEntry: false }) }))
      .find(({ stat }) => stat?.isFile());
    if (!found?.stat) throw new UnreadableList('There is no deny-list file.');
    const { file, stat } = found;
    const stamp = `${file} ${stat.size} ${stat.mtimeMs} ${stat.ino}`;
    if (read?.stamp !== stamp) read = { stamp, list: readDenyList(file, stat.size) };
    return read.list;
  };
  return {
    async screen(subjects) {
      const atMs = clock.nowMs();
      try {
        const list = current();
        return subjects.map((subject) => resultFor(list, subject, atMs));
      } catch (error) {
        if (!(error instanceof UnreadableList)) throw error;
        const unknown: ScreeningResult = { status: 'error', list: '', listHash: '', match: error.message, atMs };
        return subjects.map(() => unknown);
      }
    },
  };
}

/** Nobody can know whether somebody is on it; says why in words a person can act on. */
class UnreadableList extends Error {}

function resultFor(list: DenyList, subject: ScreeningSubject, atMs: number): ScreeningResult {
  const match = subject.kind === 'name' ? matchName(list, subject.text) : matchAddress(list, subject.text);
  return { status: match === null ? 'clear' : 'hit', list: list.name, listHash: list.hash, match, atMs };
}

/** As it is written, or the account behind it. */
function matchAddress({ addresses }: DenyList, address: string): string | null {
  return addresses.get(addressKey(address)) ?? addresses.get(accountKey(address)) ?? null;
}

function matchName(list: DenyList, name: string): string | null {
  for (const form of nameForms(name)) {
    const match = list.names.get(form);
    if (match !== undefined) return match;
  }
  return null;
}

/** The ways in which a name is compared; a name of signs alone is only compared as it is written. */
function nameForms(name: string): readonly string[] {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return plain === '' ? [name] : [name, plain, plain.split(' ').sort().join(' ')];
}

function readDenyList(file: string, bytes: number): DenyList {
  if (bytes > BYTES_MAX) throw new UnreadableList(`The deny-list is larger than ${BYTES_MAX / 1024 / 1024} MB.`);
  const content = contentOf(file);
  const { list, names, addresses } = parseList(file, content);
  return {
    name: list,
    hash: createHash('sha256').update(content).digest('hex'),
    names: new Map(names.flatMap((name) => nameForms(name).map((form) => [form, name]))),
    addresses: new Map(addresses.map((address) => [addressKey(address), address])),
  };
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UnreadableList('The deny-list file cannot be read.', { cause: error });
  }
}

function parseList(
  file: string,
  content: Buffer,
): { list: string; names: readonly string[]; addresses: readonly string[] } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    if (file.toLowerCase().endsWith('.json')) {
      const { list = basename(file), ...entries } = jsonList.parse(JSON.parse(text));
      return { list, ...entries };
    }
    const rows = csvList.parse(parse(text, { columns: true, skip_empty_lines: true, trim: true }));
    const of = (type: 'name' | 'address') => rows.filter((row) => row.type === type).map(({ value }) => value);
    return { list: basename(file), names: of('name'), addresses: of('address') };
  } catch (error) {
    // Whatever is wrong with it, the list does not say what it should: that is an answer, not a crash.
    throw new UnreadableList('The deny-list file is not a list in the expected form.', { cause: error });
  }
}
