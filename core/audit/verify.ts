/**
 * Proves the log of a vault in one pass, from the entries themselves and without believing the
 * vault: its head, its checkpoints and its key are claims that are held against the entries and
 * against what is known from outside.
 */
import { sql } from 'kysely';
import type { Reader } from '../store/tx.ts';
import { auditHeadOf, checkpointSaid, readCheckpoint, type SignedCheckpoint } from './checkpoints.ts';
import { entryPages, plainEntry } from './entry-pages.ts';
import { vaultPublicKey } from './vault-key.ts';
import { ChainWalk, missing } from './walk.ts';

const LINE_FEED = 10;

export interface ChainProof {
  readonly entries: number;
  readonly valid: boolean;
  /** The hash of the last entry that verified. */
  readonly head: string;
  readonly problem: string | null;
  /** How many signed checkpoints were held against the entries. */
  readonly checkpoints: number;
  /** The key by which checkpoints were proven; null where there is none. */
  readonly publicKey: string | null;
}

/** What the verifier knows from elsewhere. */
export interface KnownOutside {
  /** The vault's public key, as it was noted at its founding. */
  readonly publicKey?: string | undefined;
  /** A checkpoint that was kept outside of the vault. */
  readonly checkpoint?: SignedCheckpoint | undefined;
}

export async function verifyChain(reader: Reader, outside: KnownOutside = {}): Promise<ChainProof> {
  const walk = new ChainWalk();
  const vaultKey = await vaultPublicKey(reader);
  const publicKey = keyToProveBy(outside) ?? vaultKey;
  let checkpoints = 0;
  const proof = (problem: string | null): ChainProof => {
    return { entries: walk.seq, valid: problem === null, head: walk.hash, problem, checkpoints, publicKey };
  };

  const given = provenOutside(outside);
  if (typeof given === 'string') return proof(given);
  const vault = await reader.db.selectFrom('vault').select('id').executeTakeFirst();
  if (given !== null && given.vault !== vault?.id) return proof(`The checkpoint is of another vault: ${given.vault}.`);
  const otherKey =
    vaultKey !== null && vaultKey !== publicKey ? 'The vault’s own key is not the one it should be.' : null;
  const inside = await insideCheckpoints(reader, 0);
  let next = inside.shift();

  for await (const page of entryPages(reader)) {
    for (let at = 0; at < page.length; ) {
      // To the end of the page, or to the next entry of which something is known.
      const stopAt = Math.min(nextAfter(walk, given?.size), nextAfter(walk, next && Number(next.size)));
      at = walk.takePage(page, at, stopAt);
      if (at < page.length && walk.seq < stopAt) {
        const wrong = await takePlain(reader, walk);
        if (wrong !== null) return proof(wrong);
        at = page.indexOf(LINE_FEED, at) + 1;
      }
      const rewritten = given?.size === walk.seq ? walk.compare(given) : null;
      if (rewritten !== null) return proof(rewritten);
      while (next !== undefined && Number(next.size) === walk.seq) {
        const wrong = checkpointProblem(next, publicKey, walk);
        if (wrong !== null) return proof(wrong);
        checkpoints += 1;
        if (inside.length === 0) inside.push(...(await insideCheckpoints(reader, walk.seq)));
        next = inside.shift();
      }
    }
  }
  if (await hasMore(reader, walk.seq)) return proof(missing(walk.seq + 1));

  if (next !== undefined) return proof(checkpointProblem(next, publicKey, walk));
  const cutOff = given && walk.compare(given);
  if (cutOff) return proof(cutOff);
  const head = await auditHeadOf(reader);
  if (head.size !== walk.seq) return proof(`The log ends at entry ${walk.seq}, but ${head.size} were written.`);
  if (head.hash !== walk.hash && walk.seq > 0) return proof('The head of the log is not the hash of its last entry.');
  return proof(otherKey);
}

/** What is known from outside counts more than what the log says of itself. */
export function keyToProveBy({ publicKey, checkpoint }: KnownOutside): string | null {
  return publicKey ?? (checkpoint && checkpointSaid(checkpoint.statement)?.publicKey) ?? null;
}

/** The checkpoint from outside, proven; a sentence when it proves nothing; null when there is none. */
export function provenOutside(outside: KnownOutside) {
  if (outside.checkpoint === undefined) return null;
  const key = keyToProveBy(outside);
  const read = key === null ? null : readCheckpoint(outside.checkpoint, key);
  return read ?? 'The checkpoint that was given is not signed by the vault’s key.';
}

/** The entry as the database holds it, where its quick spelling did not fit. */
async function takePlain(reader: Reader, walk: ChainWalk): Promise<string | null> {
  const plain = await plainEntry(reader, walk.seq + 1);
  return plain === null ? missing(walk.seq + 1) : walk.take(plain.text, plain.hash);
}

/** Where the walk has to stop next for this entry; nowhere, when it is past it. */
function nextAfter(walk: ChainWalk, seq: number | undefined): number {
  return seq !== undefined && seq > walk.seq ? seq : Number.POSITIVE_INFINITY;
}

/** Entries behind a gap as long as a page, which ended the reading. */
async function hasMore(reader: Reader, seq: number): Promise<boolean> {
  const rows = await reader.rows(sql`select 1 from audit_entries where seq > ${BigInt(seq)} limit 1`);
  return rows.length > 0;
}

interface KeptCheckpoint extends SignedCheckpoint {
  readonly size: bigint;
}

const CHECKPOINTS_AT_ONCE = 1_000;

async function insideCheckpoints(reader: Reader, afterSize: number): Promise<KeptCheckpoint[]> {
  const rows = await reader.rows<KeptCheckpoint>(sql`
    select size, statement, signature from audit_checkpoints
    where size > ${BigInt(afterSize)} order by size limit ${CHECKPOINTS_AT_ONCE}`);
  return [...rows];
}

function checkpointProblem(kept: KeptCheckpoint, publicKey: string | null, walk: ChainWalk): string | null {
  const read = publicKey === null ? null : readCheckpoint(kept, publicKey);
  if (read === null || read.size !== Number(kept.size)) {
    return `The checkpoint of entry ${kept.size} is not signed by the vault’s key.`;
  }
  return walk.compare(read);
}
