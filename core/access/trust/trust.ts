/**
 * Who may do what, and by which policy: what the chain of governance acts says, and not what the
 * tables say. Whoever edits the tables changes what lists show until it is noticed, and gains
 * nothing; whoever edits the chain breaks it, and then nothing that depends on it is done.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import { hex } from '../../contract/words.ts';
import type { Reader, Tx } from '../../store/tx.ts';
import { type ChainRow, firstLink, headOf, type Link, nextLink } from './chain.ts';
import { trustBroken } from './errors.ts';
import { type FoundingRecord, readFounding } from './founding-record.ts';
import type { TrustedPolicy, TrustedState } from './state.ts';

export interface Trust extends TrustedState {
  readonly vaultId: string;
  readonly founding: FoundingRecord;
  readonly fingerprint: string;
  readonly policy: TrustedPolicy;
  /** The last act that was done, and the hash that covers all of them. */
  readonly head: { readonly act: number; readonly hash: string };
  readonly link: Link;
  /** What does not verify. What is believed then is what was true before that. */
  readonly problems: readonly string[];
}

/** As far as the records verify: for showing, and for signing in to look at what is wrong. */
export async function trustOf(reader: Reader): Promise<Trust> {
  const trust = await readTrust(reader);
  if (trust === null) throw trustBroken('There is no founding record, or it is none.');
  return trust;
}

/** For whatever depends on it: refused when anything in the chain does not verify. */
export async function soundTrust(reader: Reader): Promise<Trust> {
  const trust = await trustOf(reader);
  const [problem] = trust.problems;
  if (problem !== undefined) throw trustBroken(problem);
  return trust;
}

/**
 * Read once in a transaction: a decision asks for people, policy and settings one after the other,
 * and all of it should be of one moment. Whoever adds to the chain has it read again.
 */
const inTransaction = new WeakMap<Reader, Trust>();

export function trustChanged(tx: Tx): void {
  inTransaction.delete(tx);
}

/** Null where there is no founding record at all. */
export async function readTrust(reader: Reader): Promise<Trust | null> {
  const known = inTransaction.get(reader);
  if (known) return known;
  const trust = await readAnew(reader);
  if (trust && 'write' in reader) inTransaction.set(reader, trust);
  return trust;
}

async function readAnew(reader: Reader): Promise<Trust | null> {
  const beside = await whatStandsBeside(reader);
  if (beside?.founding == null) return null;
  const rows = await reader.rows<ChainRow>(
    sql`select seq, act_id, terms, signatures, hash, done_at_ms from trust_acts order by seq`,
  );
  const walked = walk(beside.founding, rows);
  if (walked === null) return null;
  const { link, founding, problem } = walked;
  const policy = link.state.policies.at(-1);
  if (!policy) throw new Error('A founding record has a policy');
  const problems = [
    ...(problem === null ? [] : [problem]),
    ...differences(founding, beside),
    ...cutOff(link, beside.noted),
  ];
  const head = headOf(link);
  const [fingerprint = ''] = link.hashes;
  return { ...link.state, vaultId: founding.vault, founding, fingerprint, policy, head, link, problems };
}

/** The chain as it stood at a moment; null before the founding. */
export async function linkAt(reader: Reader, asOfMs: number): Promise<Link | null> {
  const [founding] = await reader.rows<{ statement: string }>(sql`select statement from trust_founding where one = 1`);
  if (!founding) return null;
  const rows = await reader.rows<ChainRow>(sql`
    select seq, act_id, terms, signatures, hash, done_at_ms from trust_acts
    where done_at_ms <= ${BigInt(asOfMs)} order by seq`);
  const walked = walk(founding.statement, rows);
  return walked === null || walked.founding.foundedAtMs > asOfMs ? null : walked.link;
}

interface Beside {
  readonly id: string;
  readonly network: string;
  readonly public_key: string | null;
  readonly founding: string | null;
  /** What the audit log says of the last governance act. */
  readonly noted: string | null;
}

async function whatStandsBeside(reader: Reader): Promise<Beside | undefined> {
  const [row] = await reader.rows<Beside>(sql`
    select v.id, v.network, v.public_key,
      (select f.statement from trust_founding f where f.one = 1) as founding,
      (select e.details from audit_entries e where e.subject = ${TRUST_SUBJECT} and e.outcome = 'done'
        order by e.seq desc limit 1) as noted
    from vault v where v.one = 1`);
  return row;
}

/** What the audit log calls the chain; each act done leaves an entry with its number and hash. */
export const TRUST_SUBJECT = 'trust';

const note = z.looseObject({ act: z.int(), hash: hex(32) });

function differences(founding: FoundingRecord, beside: Beside): readonly string[] {
  const found: string[] = [];
  if (beside.id !== founding.vault) found.push('The vault has another id than at its founding.');
  if (beside.network !== founding.network) found.push('The vault is on another network than at its founding.');
  if (founding.vaultKey !== null && beside.public_key !== founding.vaultKey) {
    found.push('The vault’s own key is another one than at its founding.');
  }
  return found;
}

/** The chain cannot show that its end was cut off; the audit log remembers how far it went. */
function cutOff(link: Link, noted: string | null): readonly string[] {
  if (noted === null) return [];
  const said = note.safeParse(JSON.parse(noted));
  if (!said.success) return ['The audit log’s note of the last governance act cannot be read.'];
  const { act, hash } = said.data;
  const head = headOf(link).act;
  if (act > head) return [`The audit log knows of governance act ${act}, but the chain verifies to act ${head} only.`];
  return link.hashes[act] === hash ? [] : [`Governance act ${act} is another one than the audit log knows.`];
}

interface Walked {
  readonly founding: FoundingRecord;
  readonly link: Link;
  readonly problem: string | null;
}

/**
 * What was proven already, by a digest over every byte it was proven from: rows that were edited
 * since have another digest, and are proven anew. The same bytes prove the same in any treasury.
 */
const proven = new Map<string, Walked>();
const PROVEN_MAX = 512;

function walk(foundingStatement: string, rows: readonly ChainRow[]): Walked | null {
  const digests = digestsOf(foundingStatement, rows);
  let at = digests.findLastIndex((digest) => proven.has(digest));
  let walked = at === -1 ? begun(foundingStatement) : (proven.get(digests[at] ?? '') ?? null);
  if (walked === null) return null;
  for (at = Math.max(at, 0); at < rows.length && walked.problem === null; at += 1) {
    const row = rows[at];
    if (!row) break;
    const next = nextLink(walked.link, row);
    walked = typeof next === 'string' ? { ...walked, problem: next } : { ...walked, link: next };
    remember(digests[at + 1] ?? '', walked);
  }
  return walked;
}

function begun(statement: string): Walked | null {
  const founding = readFounding(statement);
  const link = firstLink(statement);
  return founding && link ? { founding, link, problem: null } : null;
}

function digestsOf(foundingStatement: string, rows: readonly ChainRow[]): readonly string[] {
  const sha256 = (...parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const digests = [sha256(foundingStatement)];
  for (const { seq, terms, signatures, hash, done_at_ms } of rows) {
    digests.push(sha256(digests.at(-1) ?? '', String(seq), terms, signatures, hash, String(done_at_ms)));
  }
  return digests;
}

function remember(digest: string, walked: Walked): void {
  if (proven.size >= PROVEN_MAX) {
    const [oldest] = proven.keys();
    if (oldest !== undefined) proven.delete(oldest);
  }
  proven.set(digest, walked);
}
