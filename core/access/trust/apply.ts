/** What each kind of governance act does to who may do what; a refusal where it may not be done. */
import { canonical } from '../../canonical/canonical.ts';
import type { GovernanceTerms } from '../../contract/governance.ts';
import type { ServiceAccountChange } from '../../contract/service-accounts.ts';
import type { Role } from '../../contract/words.ts';
import { nameTaken, unknownStaff } from '../errors.ts';
import { looksOf, nameKey } from '../names.ts';
import {
  accountRetired,
  accountStale,
  accountUnknown,
  keyUsed,
  lastAdmin,
  leftAlready,
  nothingChanged,
  policyStale,
  policyUnchanged,
  settingRefused,
  subjectTaken,
} from './errors.ts';
import { afterRailChanges } from './rail-settings.ts';
import {
  type ActOfChain,
  adminsOf,
  LIVE_RECOVERY_WAIT_MS_MIN,
  newPerson,
  regranted,
  type TrustedAccount,
  type TrustedPerson,
  type TrustedState,
  withSetting,
} from './state.ts';

type TermsOf<K extends GovernanceTerms['kind']> = Extract<GovernanceTerms, { kind: K }>;

/** The state after the act. */
export function afterAct(state: TrustedState, terms: GovernanceTerms, at: ActOfChain): TrustedState {
  const changed = changedBy(state, terms, at);
  const admins = adminsOf(changed.people).length;
  if (admins === 0) throw lastAdmin();
  return { ...changed, settingUp: state.settingUp && admins < 2 };
}

function changedBy(state: TrustedState, terms: GovernanceTerms, at: ActOfChain): TrustedState {
  switch (terms.kind) {
    case 'staff_add':
      return added(state, terms, at);
    case 'staff_roles':
      return withRoles(state, terms, at);
    case 'staff_leave':
      return withoutPerson(state, activeIn(state, terms.staffId), at);
    case 'staff_key':
      return withKey(state, terms, at);
    case 'factor_reset':
      // The factor is no part of the chain; that somebody may lose theirs only by this act is.
      activeIn(state, terms.staffId);
      return state;
    case 'policy':
      return withPolicy(state, terms, at);
    case 'setting':
      return changedSetting(state, terms);
    case 'service_account':
      return withAccount(state, terms.change, at);
    case 'recovery_key':
      if (keysEver(state).has(terms.publicKey) || state.recoveryKey === terms.publicKey) throw keyUsed();
      return { ...state, recoveryKey: terms.publicKey };
    case 'rail_settings':
      return { ...state, railSettings: afterRailChanges(state.railSettings, terms, at) };
  }
}

function activeIn(state: TrustedState, staffId: string): TrustedPerson {
  const person = state.people.get(staffId);
  if (!person) throw unknownStaff(staffId);
  if (person.status === 'left') throw leftAlready(staffId);
  return person;
}

function keysEver(state: TrustedState): ReadonlySet<string> {
  return new Set(
    [...state.people.values()].flatMap(({ grants }) =>
      grants.filter(({ what }) => what === 'key').map(({ value }) => value),
    ),
  );
}

function withPerson(state: TrustedState, person: TrustedPerson): TrustedState {
  return { ...state, people: new Map(state.people).set(person.id, person) };
}

function added(state: TrustedState, terms: TermsOf<'staff_add'>, at: ActOfChain): TrustedState {
  // Also of those who left: one name is one person, for as long as there is a history to read.
  const key = nameKey(terms.name);
  const looks = looksOf(terms.name);
  for (const { id, name } of state.people.values()) {
    if (id === terms.staffId || nameKey(name) === key || looksOf(name) === looks) throw nameTaken(terms.name);
  }
  if (keysEver(state).has(terms.publicKey)) throw keyUsed();
  const { staffId: id, name, publicKey } = terms;
  return withPerson(
    state,
    newPerson({ id, name, publicKey, roles: once(terms.roles), groups: once(terms.groups) }, at),
  );
}

function withRoles(state: TrustedState, terms: TermsOf<'staff_roles'>, at: ActOfChain): TrustedState {
  const person = activeIn(state, terms.staffId);
  const roles: readonly Role[] = once(terms.roles);
  const groups = once(terms.groups);
  if (sameSet(roles, person.roles) && sameSet(groups, person.groups)) throw nothingChanged();
  const grants = regranted(regranted(person.grants, 'role', roles, at), 'group', groups, at);
  return withPerson(state, { ...person, roles, groups, grants });
}

function withoutPerson(state: TrustedState, person: TrustedPerson, at: ActOfChain): TrustedState {
  const grants = (['key', 'role', 'group'] as const).reduce(
    (kept, what) => regranted(kept, what, [], at),
    person.grants,
  );
  return withPerson(state, { ...person, status: 'left', roles: [], groups: [], leftAtMs: at.atMs, grants });
}

function withKey(state: TrustedState, terms: TermsOf<'staff_key'>, at: ActOfChain): TrustedState {
  const person = activeIn(state, terms.staffId);
  if (keysEver(state).has(terms.publicKey)) throw keyUsed();
  const grants = regranted(person.grants, 'key', [terms.publicKey], at);
  return withPerson(state, { ...person, publicKey: terms.publicKey, grants });
}

function withPolicy(state: TrustedState, terms: TermsOf<'policy'>, at: ActOfChain): TrustedState {
  const inForce = state.policies.at(-1);
  if (!inForce || inForce.version !== terms.baseVersion) throw policyStale(terms.baseVersion);
  const text = canonical(terms.terms as never);
  if (text === inForce.text) throw policyUnchanged();
  return { ...state, policies: [...state.policies, { version: inForce.version + 1, text, from: at }] };
}

function changedSetting(state: TrustedState, { setting }: TermsOf<'setting'>): TrustedState {
  const settings = withSetting(state.settings, setting);
  if (state.network === 'live' && settings.recoveryWaitMs < LIVE_RECOVERY_WAIT_MS_MIN) {
    throw settingRefused(setting.name, LIVE_RECOVERY_WAIT_MS_MIN);
  }
  if (canonical({ ...settings }) === canonical({ ...state.settings })) throw nothingChanged();
  return { ...state, settings };
}

function withAccount(state: TrustedState, change: ServiceAccountChange, at: ActOfChain): TrustedState {
  const account = accountAfter(state, change, at);
  return { ...state, accounts: new Map(state.accounts).set(account.subject, account) };
}

function accountAfter(state: TrustedState, change: ServiceAccountChange, at: ActOfChain): TrustedAccount {
  const { subject } = change;
  const known = state.accounts.get(subject);
  if (change.what === 'register') {
    // A retired one too: a subject names one program, as its history does.
    if (known) throw subjectTaken(subject);
    const { name, roles, mintCapMinor } = change;
    return { subject, name, roles: once(roles), mintCapMinor, status: 'active', version: 1, since: at };
  }
  if (!known) throw accountUnknown(subject);
  if (known.status === 'retired') throw accountRetired(subject);
  if (known.version !== change.version) throw accountStale(subject);
  const version = known.version + 1;
  if (change.what === 'retire') return { ...known, status: 'retired', version };
  return { ...known, name: change.name, roles: once(change.roles), mintCapMinor: change.mintCapMinor, version };
}

function once<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}
