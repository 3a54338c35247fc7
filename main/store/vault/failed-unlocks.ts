/**
 * `NAME.vault.failed-unlocks`: how often somebody tried to open the closed vault and could not. The
 * log is inside, out of reach, so it is counted beside the file, without names, until the vault is
 * next opened. Whoever can write there can also remove it: it is a help to the log, not a proof.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { hex, timeMs } from '../../../core/contract/words.ts';
import { writeDurably } from './durable-file.ts';
import { nameTag, readKeys } from './keys-file.ts';

const NAMES_MAX = 100;

const contents = z.strictObject({
  format: z.literal(1),
  tries: z
    .array(z.strictObject({ tag: hex(32), count: z.int().min(1), firstMs: timeMs, lastMs: timeMs }))
    .max(NAMES_MAX),
  /** Tries for further names, which are not told apart. */
  others: z.int().min(0),
});
export type FailedUnlocks = Pick<z.infer<typeof contents>, 'tries' | 'others'>;

const NONE: FailedUnlocks = { tries: [], others: 0 };
const pathOf = (file: string) => `${file}.failed-unlocks`;

export function noteFailedUnlock(file: string, name: string, nowMs: number): void {
  const tag = nameTag(readKeys(file).vaultId, name);
  const { tries, others } = failedUnlocks(file) ?? NONE;
  const earlier = tries.find((known) => known.tag === tag);
  const isOther = earlier === undefined && tries.length >= NAMES_MAX;
  const now = { tag, count: (earlier?.count ?? 0) + 1, firstMs: earlier?.firstMs ?? nowMs, lastMs: nowMs };
  const next: z.infer<typeof contents> = {
    format: 1,
    tries: isOther ? tries : [...tries.filter((known) => known !== earlier), now],
    others: others + (isOther ? 1 : 0),
  };
  writeDurably(pathOf(file), `${JSON.stringify(next)}\n`);
}

export function hasFailedUnlocks(file: string): boolean {
  return existsSync(pathOf(file));
}

/** Null where there is no such file, or what it holds was not written by this program. */
export function failedUnlocks(file: string): FailedUnlocks | null {
  if (!hasFailedUnlocks(file)) return null;
  const parsed = contents.safeParse(jsonOf(readFileSync(pathOf(file), 'utf8')));
  return parsed.success ? parsed.data : null;
}

export function forgetFailedUnlocks(file: string): void {
  rmSync(pathOf(file), { force: true });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
