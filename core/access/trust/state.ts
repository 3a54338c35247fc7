/**
 * What the chain of governance acts says at one of its points, and how an act changes it. Pure:
 * the same function decides whether a new act may be signed and whether an old one was right.
 */
import type { GovernanceTerms, SettingChange } from '../../contract/governance.ts';
import type { RailName } from '../../contract/payees.ts';
import type { Role } from '../../contract/words.ts';
import type { FoundingRecord } from './founding-record.ts';

export interface TrustedGrant {
  readonly what: 'role' | 'group' | 'key';
  readonly value: string;
  readonly from: ActOfChain;
  readonly until: ActOfChain | null;
}

/** Where in the chain something began or ended: act 0 is the founding. */
export interface ActOfChain {
  readonly act: number;
  readonly atMs: number;
  /** Ids of those who signed it. */
  readonly by: readonly string[];
}

export interface TrustedPerson {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'left';
  readonly publicKey: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly sinceMs: number;
  readonly leftAtMs: number | null;
  /** Every role, group and key they ever had. */
  readonly grants: readonly TrustedGrant[];
}

export interface TrustedPolicy {
  readonly version: number;
  /** Canonical text of its terms. */
  readonly text: string;
  readonly from: ActOfChain;
}

export interface TrustedAccount {
  readonly subject: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly mintCapMinor: string | null;
  readonly status: 'active' | 'retired';
  readonly version: number;
  readonly since: ActOfChain;
}

export interface TrustedSettings {
  readonly coolOffMs: number;
  readonly screening: 'off' | 'deny_list';
  readonly recoveryWaitMs: number;
}

/** How a rail is set up, of one setting: its text, or one of the secrets that are in force. */
export interface TrustedRailSetting {
  readonly rail: RailName;
  readonly name: string;
  readonly value:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'secret'; readonly commitment: string; readonly shown: string };
  readonly from: ActOfChain;
}

export interface TrustedState {
  readonly network: 'sandbox' | 'live';
  readonly people: ReadonlyMap<string, TrustedPerson>;
  /** In their order; the last is in force. */
  readonly policies: readonly TrustedPolicy[];
  readonly settings: TrustedSettings;
  readonly accounts: ReadonlyMap<string, TrustedAccount>;
  /** Of secrets the newest first. */
  readonly railSettings: readonly TrustedRailSetting[];
  readonly recoveryKey: string | null;
  /** Until two admins are on staff together for the first time. */
  readonly settingUp: boolean;
}

const HOUR_MS = 60 * 60 * 1000;
export const LIVE_RECOVERY_WAIT_MS_MIN = 72 * HOUR_MS;

export function foundingState(founding: FoundingRecord): TrustedState {
  const from: ActOfChain = { act: 0, atMs: founding.foundedAtMs, by: founding.people.slice(0, 1).map(({ id }) => id) };
  const people = new Map(founding.people.map((person) => [person.id, newPerson(person, from)]));
  return {
    network: founding.network,
    people,
    policies: [{ ...founding.policy, from }],
    settings: {
      // A sandbox is for trying things out: nothing has to rest there.
      coolOffMs: founding.network === 'live' ? 4 * HOUR_MS : 0,
      screening: 'off',
      recoveryWaitMs: LIVE_RECOVERY_WAIT_MS_MIN,
    },
    accounts: new Map(),
    railSettings: [],
    recoveryKey: founding.recoveryKey,
    settingUp: adminsOf(people).length < 2,
  };
}

export function adminsOf(people: ReadonlyMap<string, TrustedPerson>): readonly TrustedPerson[] {
  return [...people.values()].filter(({ status, roles }) => status === 'active' && roles.includes('admin'));
}

export function newPerson(
  person: Pick<TrustedPerson, 'id' | 'name' | 'publicKey' | 'roles' | 'groups'>,
  from: ActOfChain,
): TrustedPerson {
  const { id, name, publicKey, roles, groups } = person;
  return {
    id,
    name,
    status: 'active',
    publicKey,
    roles,
    groups,
    sinceMs: from.atMs,
    leftAtMs: null,
    grants: [
      { what: 'key', value: publicKey, from, until: null },
      ...roles.map((value) => ({ what: 'role' as const, value, from, until: null })),
      ...groups.map((value) => ({ what: 'group' as const, value, from, until: null })),
    ],
  };
}

/** Ends what they no longer have and begins what they did not have before. */
export function regranted(
  grants: readonly TrustedGrant[],
  what: TrustedGrant['what'],
  now: readonly string[],
  at: ActOfChain,
): readonly TrustedGrant[] {
  const kept = grants.map((grant) =>
    grant.what === what && grant.until === null && !now.includes(grant.value) ? { ...grant, until: at } : grant,
  );
  const held = new Set(kept.filter((grant) => grant.what === what && grant.until === null).map(({ value }) => value));
  const begun = now.filter((value) => !held.has(value)).map((value) => ({ what, value, from: at, until: null }));
  return [...kept, ...begun];
}

export function withSetting(settings: TrustedSettings, change: SettingChange): TrustedSettings {
  switch (change.name) {
    case 'cool_off_ms':
      return { ...settings, coolOffMs: change.value };
    case 'screening':
      return { ...settings, screening: change.value };
    case 'recovery_wait_ms':
      return { ...settings, recoveryWaitMs: change.value };
  }
}

/** What the recovery sheet may sign: the way back to admins who can sign, and nothing else. */
export function isForRecovery(state: TrustedState, terms: GovernanceTerms): boolean {
  return terms.kind === 'staff_key' && state.people.get(terms.staffId)?.roles.includes('admin') === true;
}
