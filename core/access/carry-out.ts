/** What the tables show of a governance act that was done: they follow the chain, and never lead it. */
import { changePolicy } from '../approvals/policy/change.ts';
import { announceWaiting } from '../approvals/requested.ts';
import type { GovernanceTerms } from '../contract/governance.ts';
import { credentials } from '../contract/vault.ts';
import { invariant } from '../errors/refusal.ts';
import { mirrorSetting } from '../payees/safeguards.ts';
import { carryOutRailSettings } from '../rails/settings/change.ts';
import type { Work } from '../store/command.ts';
import { acceptProposal } from './proposals.ts';
import { resetSecondFactor } from './second-factor.ts';
import { endSessionsOf } from './sign-ins.ts';
import { secretsOf } from './staff.ts';
import { insertStaff, markLeft, regrant, replaceKey } from './staff-records.ts';
import type { TrustedPerson, TrustedState } from './trust/state.ts';

export interface Change {
  readonly before: TrustedState;
  readonly after: TrustedState;
}

export async function carryOut(work: Work, { before, after }: Change, terms: GovernanceTerms): Promise<void> {
  switch (terms.kind) {
    case 'staff_add': {
      const brought = credentials.parse(await acceptProposal(work, terms.publicKey));
      await insertStaff(work, personIn(after, terms.staffId), secretsOf(brought));
      work.emit({ name: 'staff.added', subject: `staff:${terms.staffId}`, payload: { by: work.actor.id } });
      return;
    }
    case 'staff_roles':
      await regrant(work, personIn(after, terms.staffId));
      await announceWaiting(work);
      noteRoles(work, personIn(before, terms.staffId), personIn(after, terms.staffId));
      // What a window shows somebody depends on their roles: they sign in anew.
      await endSessionsOf(work, terms.staffId);
      work.emit({ name: 'staff.roles_changed', subject: `staff:${terms.staffId}`, payload: { by: work.actor.id } });
      return;
    case 'staff_leave':
      await markLeft(work, personIn(after, terms.staffId));
      await announceWaiting(work);
      await endSessionsOf(work, terms.staffId);
      work.emit({ name: 'staff.left', subject: `staff:${terms.staffId}`, payload: { by: work.actor.id } });
      return;
    case 'staff_key': {
      const brought = credentials.parse(await acceptProposal(work, terms.publicKey));
      await replaceKey(work, terms.staffId, terms.publicKey, secretsOf(brought));
      await endSessionsOf(work, terms.staffId);
      work.emit({ name: 'staff.key_replaced', subject: `staff:${terms.staffId}`, payload: { by: work.actor.id } });
      return;
    }
    case 'factor_reset':
      await resetSecondFactor(work, terms.staffId);
      await endSessionsOf(work, terms.staffId);
      return;
    case 'policy': {
      const policy = after.policies.at(-1);
      invariant(policy, 'a policy that was changed is there');
      await changePolicy(work, BigInt(policy.version), policy.text);
      return;
    }
    case 'setting':
      await mirrorSetting(work, terms.setting);
      work.audit({
        action: 'setting.change',
        subject: 'vault',
        details: { before: { ...before.settings }, after: { ...after.settings } },
      });
      return;
    case 'service_account':
      // Accounts are nowhere but in the chain.
      work.emit({
        name: 'service_account.changed',
        subject: `service:${terms.change.subject}`,
        payload: { by: work.actor.id },
      });
      return;
    case 'recovery_key':
      await acceptProposal(work, terms.publicKey);
      return;
    case 'rail_settings':
      await carryOutRailSettings(work, terms);
      return;
  }
}

function noteRoles(work: Work, before: TrustedPerson, after: TrustedPerson): void {
  const held = ({ roles, groups }: TrustedPerson) => ({ roles, groups });
  work.audit({
    action: 'staff.roles',
    subject: `staff:${after.id}`,
    details: { before: held(before), after: held(after) },
  });
}

function personIn(state: TrustedState, id: string): TrustedPerson {
  const person = state.people.get(id);
  invariant(person, 'an act about a person is about one there is');
  return person;
}
