/** Which policy is in force, and which one was. */
import { sql } from 'kysely';
import { trustOf } from '../../access/trust/trust.ts';
import type { Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { FIRST_POLICY } from './presets.ts';
import { type Policy, policyOf, policyText } from './terms.ts';

/** Parsed once for each text: a file of 100,000 rows asks for one policy, and a job for the same one all day. */
const parsed = new Map<string, Policy>();
const PARSED_MAX = 32;

function known(version: bigint, text: string): Policy {
  const key = `${version}\u0000${text}`;
  const before = parsed.get(key);
  if (before) return before;
  const policy = policyOf(version, text);
  const [oldest] = parsed.keys();
  if (oldest !== undefined && parsed.size >= PARSED_MAX) parsed.delete(oldest);
  parsed.set(key, policy);
  return policy;
}

/** As the chain of trust has it, whatever the table shows. */
export async function policyInForce(reader: Reader): Promise<Policy> {
  const { policy } = await trustOf(reader);
  return known(BigInt(policy.version), policy.text);
}

/** The last version in the table, which a new one follows. */
export async function lastWritten(reader: Reader): Promise<Policy> {
  const row = await reader.db
    .selectFrom('policies')
    .select(['version', 'rules'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) throw new Error('The vault has no policy: it was not set up');
  return known(row.version, row.rules);
}

/** The policy of that version, or null where there never was one. */
export async function policyAt(reader: Reader, version: bigint): Promise<Policy | null> {
  const { policies } = await trustOf(reader);
  const policy = policies.find((one) => BigInt(one.version) === version);
  return policy ? known(version, policy.text) : null;
}

/** The text of a new vault's policy, which its founder signs for. */
export const FIRST_POLICY_TEXT = policyText(FIRST_POLICY);

/** One after another: the version is the key, and whoever comes second breaks on it. */
export async function writePolicy(work: Work, version: bigint, text: string, createdBy: string): Promise<void> {
  await work.tx.run(sql`
    insert into policies (version, rules, created_at_ms, created_by)
    values (${version}, ${text}, ${BigInt(work.nowMs)}, ${createdBy})`);
}
