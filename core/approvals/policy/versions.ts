/**
 * Which policy is in force, and which one was: as the chain of trust says. The table of policies
 * shows them with their dates, and decides nothing.
 */
import { sql } from 'kysely';
import { soundTrust, type Trust, trustOf } from '../../access/trust/trust.ts';
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

/** For whatever is decided by it: refused when anything in the chain does not verify. */
export async function policyInForce(reader: Reader): Promise<Policy> {
  return lastOf(await soundTrust(reader));
}

/** For showing: what is believed as far as the chain verifies. */
export async function policyBelieved(reader: Reader): Promise<Policy> {
  return lastOf(await trustOf(reader));
}

function lastOf({ policy }: Trust): Policy {
  return known(BigInt(policy.version), policy.text);
}

/** The policy of that version, or null where there never was one. */
export async function policyAt(reader: Reader, version: bigint): Promise<Policy | null> {
  const policy = (await soundTrust(reader)).policies.find((earlier) => BigInt(earlier.version) === version);
  return policy ? known(version, policy.text) : null;
}

/** The text of a new vault's policy, which its founder signs for. */
export const FIRST_POLICY_TEXT = policyText(FIRST_POLICY);

export async function writePolicy(work: Work, version: bigint, text: string, createdBy: string): Promise<void> {
  await work.tx.run(sql`
    insert into policies (version, rules, created_at_ms, created_by)
    values (${version}, ${text}, ${BigInt(work.nowMs)}, ${createdBy})`);
}
