/** A person or a key that admins are asked to sign for. */
import type { GovernanceTerms } from '../contract/governance.ts';
import type { Credentials } from '../contract/vault.ts';
import type { Role } from '../contract/words.ts';
import type { Work } from '../store/command.ts';
import { forbidden, unknownStaff } from './errors.ts';
import { refuseUndoable, statementFor } from './governance.ts';
import { keepProposal } from './proposals.ts';
import { RECOVERY } from './trust/governance-statement.ts';
import { soundTrust, type Trust } from './trust/trust.ts';

export interface Proposal {
  readonly staffId: string;
  readonly terms: GovernanceTerms;
  /** For whoever proposes, who signs first. */
  readonly statement: string;
}

export interface NewPerson {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly groups?: readonly string[];
  readonly credentials: Credentials;
}

export async function proposePerson(work: Work, person: NewPerson): Promise<Proposal> {
  const { name, roles, groups = [], credentials } = person;
  const staffId = work.ids.next('staff');
  return propose(
    work,
    { kind: 'staff_add', staffId, name, publicKey: credentials.publicKey, roles: [...roles], groups: [...groups] },
    { staffId, name, credentials },
  );
}

export async function proposeKey(
  work: Work,
  input: { readonly staffId: string; readonly credentials: Credentials; readonly reason: string },
): Promise<Proposal> {
  const { staffId, credentials, reason } = input;
  const person = (await soundTrust(work.tx)).people.get(staffId);
  if (!person) throw unknownStaff(staffId);
  return propose(
    work,
    { kind: 'staff_key', staffId, publicKey: credentials.publicKey, reason },
    { staffId, name: person.name, credentials },
  );
}

/** A new recovery sheet; the one before stays in force until this one was signed for. */
export async function proposeRecoveryKey(
  work: Work,
  { publicKey, slotSecret }: { readonly publicKey: string; readonly slotSecret: string },
): Promise<{ readonly statement: string }> {
  const trust = await soundTrust(work.tx);
  const terms = { kind: 'recovery_key', publicKey } as const;
  refuseUndoable(trust, terms, work.nowMs);
  await keepProposal(work, { publicKey, staffId: RECOVERY, name: 'Recovery sheet' }, { slotSecret });
  work.audit({ action: 'access.propose_recovery_key', subject: 'recovery', details: { publicKey } });
  return { statement: statementFor(trust, proposerIn(trust, work.actor.id), terms, work.nowMs) };
}

interface Brought {
  readonly staffId: string;
  readonly name: string;
  readonly credentials: Credentials;
}

async function propose(work: Work, terms: GovernanceTerms, brought: Brought): Promise<Proposal> {
  const { staffId, name, credentials } = brought;
  const trust = await soundTrust(work.tx);
  refuseUndoable(trust, terms, work.nowMs);
  await keepProposal(work, { publicKey: credentials.publicKey, staffId, name }, credentials);
  work.audit({
    action: terms.kind === 'staff_add' ? 'staff.propose' : 'staff.propose_key',
    subject: `staff:${staffId}`,
    details: { terms: terms as never },
  });
  return { staffId, terms, statement: statementFor(trust, proposerIn(trust, work.actor.id), terms, work.nowMs) };
}

function proposerIn(trust: Trust, id: string): { readonly id: string; readonly publicKey: string } {
  const person = trust.people.get(id);
  if (person?.status !== 'active') throw forbidden('admin');
  return person;
}
