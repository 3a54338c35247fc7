/** Everybody's access, now or as of any moment, and who granted it: from the chain, and not the tables. */
import { createHash } from 'node:crypto';
import type { AccessListing, AccessStatus, Grant, PersonAccess } from '../contract/access.ts';
import type { Reader } from '../store/tx.ts';
import { waitingRecoveries } from './recovery.ts';
import { headOf, signaturesNeeded } from './trust/chain.ts';
import { trustBroken } from './trust/errors.ts';
import { RECOVERY } from './trust/governance-statement.ts';
import { type ActOfChain, adminsOf, type TrustedGrant, type TrustedPerson } from './trust/state.ts';
import { tableDifferences } from './trust/tables-check.ts';
import { linkAt, readTrust, trustOf } from './trust/trust.ts';

export async function accessListing(reader: Reader, asOfMs: number): Promise<AccessListing> {
  const trust = await trustOf(reader);
  const link = await linkAt(reader, asOfMs);
  if (link === null) throw trustBroken('There was no treasury yet.');
  const head = headOf(link);
  const nameOf = (id: string) => (id === RECOVERY ? 'Recovery sheet' : (trust.people.get(id)?.name ?? id));
  return {
    asOfMs,
    foundingFingerprint: trust.fingerprint,
    acts: head.act,
    head: head.hash,
    people: [...link.state.people.values()].map((person) => personAccess(person, nameOf)),
    serviceAccounts: [...link.state.accounts.values()].map(({ since, roles, ...account }) => ({
      ...account,
      roles: [...roles],
      sinceMs: since.atMs,
    })),
  };
}

export async function accessStatus(reader: Reader): Promise<AccessStatus> {
  const trust = await readTrust(reader);
  if (trust === null) throw trustBroken('There is no founding record, or it is none.');
  return {
    settingUp: trust.settingUp,
    admins: adminsOf(trust.people).length,
    signaturesNeeded: signaturesNeeded(trust),
    foundingFingerprint: trust.fingerprint,
    problems: [...trust.problems, ...(await tableDifferences(reader, trust))],
    recoveries: await waitingRecoveries(reader),
  };
}

/** To be compared by eye: the first 16 hex digits of the key's SHA-256, in groups of four. */
export function keyFingerprint(publicKey: string): string {
  const digest = createHash('sha256').update(Buffer.from(publicKey, 'hex')).digest('hex');
  return digest.slice(0, 16).match(/.{4}/g)?.join(' ') ?? digest;
}

function personAccess(person: TrustedPerson, nameOf: (id: string) => string): PersonAccess {
  const { id, name, status, roles, groups, publicKey, sinceMs, leftAtMs, grants } = person;
  return {
    id,
    name,
    status,
    roles: [...roles],
    groups: [...groups],
    publicKey,
    keyFingerprint: keyFingerprint(publicKey),
    sinceMs,
    leftAtMs,
    grants: grants.map((grant) => grantView(grant, nameOf)),
  };
}

function grantView({ what, value, from, until }: TrustedGrant, nameOf: (id: string) => string): Grant {
  const signers = (at: ActOfChain) => at.by.map((id) => ({ id, name: nameOf(id) }));
  return {
    what,
    value,
    fromMs: from.atMs,
    fromAct: from.act,
    fromBy: signers(from),
    untilMs: until?.atMs ?? null,
    untilAct: until?.act ?? null,
    untilBy: until ? signers(until) : [],
  };
}
