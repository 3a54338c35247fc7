/** Proves an exported log from the file alone, line by line, and against what is known from outside. */
import { z } from 'zod';
import { hex } from '../contract/words.ts';
import { type ReadCheckpoint, readCheckpoint } from './checkpoints.ts';
import { EXPORT_FORMAT } from './export.ts';
import { type ChainProof, type KnownOutside, keyToProveBy, provenOutside } from './verify.ts';
import { ChainWalk } from './walk.ts';

const header = z.object({
  format: z.literal(EXPORT_FORMAT),
  vault: z.string(),
  publicKey: hex(32),
  founding: hex(32).nullable(),
  from: z.int().min(1),
  before: hex(32),
});
const lastLine = z.strictObject({ checkpoint: z.string(), signature: z.string() });

export interface ExportProof extends ChainProof {
  readonly vault: string | null;
  /** The fingerprint of the founding record, as the file says. */
  readonly founding: string | null;
  /** The first entry of the file; the hash of the one before it is the file's own word. */
  readonly from: number;
  /** What the file ends with. */
  readonly checkpoint: ReadCheckpoint | null;
}

const ENTRY = '{"entry":';
const HASH = ',"hash":"';
/** `,"hash":"` and 64 digits, a quotation mark and a brace. */
const TAIL = HASH.length + 64 + 2;

export async function verifyExport(
  lines: AsyncIterable<readonly string[]>,
  outside: KnownOutside = {},
): Promise<ExportProof> {
  const proving = new Proving(outside);
  for await (const some of lines) {
    for (const line of some) {
      if (proving.take(line) !== null) return proving.proof();
    }
  }
  proving.end();
  return proving.proof();
}

class Proving {
  readonly #outside: KnownOutside;
  readonly #given: ReturnType<typeof provenOutside>;
  #walk: ChainWalk | null = null;
  #said: z.infer<typeof header> | null = null;
  #checkpoint: ReadCheckpoint | null = null;
  #problem: string | null = null;

  constructor(outside: KnownOutside) {
    this.#outside = outside;
    this.#given = provenOutside(outside);
    if (typeof this.#given === 'string') this.#problem = this.#given;
  }

  /** Null, or what is wrong by now. */
  take(line: string): string | null {
    this.#problem ??= this.#walk === null ? this.#begin(line) : this.#takeNext(this.#walk, line);
    return this.#problem;
  }

  end(): void {
    const walk = this.#walk;
    this.#problem ??= walk === null ? 'The file is empty.' : null;
    this.#problem ??= this.#checkpoint === null ? 'The file does not end with a checkpoint: its end is missing.' : null;
    if (walk !== null && typeof this.#given !== 'string') this.#problem ??= this.#given && walk.compare(this.#given);
    const said = this.#said?.publicKey;
    if (said !== undefined && said !== this.#key()) this.#problem ??= 'The key that the file names is not the vault’s.';
  }

  proof(): ExportProof {
    const from = this.#said?.from ?? 1;
    const last = this.#walk?.seq ?? 0;
    return {
      entries: this.#walk === null ? 0 : last - from + 1,
      valid: this.#problem === null,
      head: this.#walk?.hash ?? '',
      problem: this.#problem,
      checkpoints: this.#checkpoint === null ? 0 : 1,
      publicKey: this.#key(),
      vault: this.#said?.vault ?? null,
      founding: this.#said?.founding ?? null,
      from,
      checkpoint: this.#checkpoint,
    };
  }

  #key(): string | null {
    return keyToProveBy(this.#outside) ?? this.#said?.publicKey ?? null;
  }

  #begin(line: string): string | null {
    const parsed = header.safeParse(jsonOf(line));
    if (!parsed.success) return 'That file is not an export of an audit log.';
    this.#said = parsed.data;
    this.#walk = new ChainWalk({ seq: parsed.data.from - 1, hash: parsed.data.before });
    if (typeof this.#given === 'object' && this.#given !== null) {
      const { vault, size } = this.#given;
      if (vault !== parsed.data.vault) return `The checkpoint is of another vault: ${vault}.`;
      if (size < parsed.data.from - 1)
        return `The checkpoint speaks of entry ${size}, which is before the file begins.`;
    }
    return this.#compareAt(this.#walk);
  }

  #takeNext(walk: ChainWalk, line: string): string | null {
    if (this.#checkpoint !== null) return 'There is more in the file after its checkpoint.';
    if (!line.startsWith(ENTRY)) return this.#takeLast(walk, line);
    const end = line.length - TAIL;
    if (!line.startsWith(HASH, end) || !line.endsWith('"}')) return `Entry ${walk.seq + 1} is not a whole line.`;
    return walk.take(line.slice(ENTRY.length, end), line.slice(-66, -2)) ?? this.#compareAt(walk);
  }

  #takeLast(walk: ChainWalk, line: string): string | null {
    const parsed = lastLine.safeParse(jsonOf(line));
    if (!parsed.success) return `Entry ${walk.seq + 1} is not a whole line.`;
    const { checkpoint: statement, signature } = parsed.data;
    const key = this.#key();
    const read = key === null ? null : readCheckpoint({ statement, signature }, key);
    if (read === null || read.vault !== this.#said?.vault) {
      return 'The checkpoint at the end of the file is not signed by the vault’s key.';
    }
    this.#checkpoint = read;
    if (read.size < walk.seq) return 'The file has entries that its checkpoint does not speak of.';
    return walk.compare(read);
  }

  #compareAt(walk: ChainWalk): string | null {
    const given = this.#given;
    return typeof given === 'object' && given !== null && given.size === walk.seq ? walk.compare(given) : null;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
