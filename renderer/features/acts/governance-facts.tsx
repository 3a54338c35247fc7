/** The terms of acts that change who may do what, as a document a person can read. */

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { GovernanceTerms, ServiceAccountChange, SettingChange } from '../../../core/contract/index.ts';
import type { Role } from '../../../core/contract/words.ts';
import { orpc } from '../../app/client.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Fact } from '../../ui/facts.tsx';
import { spanText } from '../../ui/time-text.ts';
import { PolicyText } from '../policies/policy-text.tsx';
import { RailSettingsFacts } from './rail-settings-facts.tsx';
import { useStaffName } from './use-acts.ts';

const FIELDS = words.acts.fields;
const say = words.acts.governance;

export function rolesText(roles: readonly Role[]): string {
  return roles.map((role) => words.settings.roles[role]).join(', ');
}

/** The person by name; the id alone is what is signed. */
function Person({ id }: { readonly id: string }) {
  const name = useStaffName()(id);
  return (
    <Fact name={FIELDS.person}>
      <span className="font-medium">{name ?? words.acts.someone}</span>{' '}
      <span className="font-mono text-xs break-all text-soft">{id}</span>
    </Fact>
  );
}

/** What they may do today, so that the change is seen and not only its end. */
function Before({ id }: { readonly id: string }) {
  const { data } = useQuery(orpc.staff.list.queryOptions());
  const person = data?.find((member) => member.id === id);
  return person ? (
    <Fact name={FIELDS.before}>
      <span className="text-soft">
        {rolesText(person.roles)}
        {person.groups.length > 0 ? ` · ${person.groups.join(', ')}` : ''}
      </span>
    </Fact>
  ) : null;
}

function Access({ roles, groups }: { readonly roles: readonly Role[]; readonly groups: readonly string[] }) {
  return (
    <>
      <Fact name={FIELDS.roles}>{rolesText(roles)}</Fact>
      <Fact name={FIELDS.groups}>{groups.length === 0 ? say.noGroups : groups.join(', ')}</Fact>
    </>
  );
}

function Key({ publicKey }: { readonly publicKey: string }) {
  return (
    <Fact name={FIELDS.key}>
      <FullAddress address={publicKey} />
    </Fact>
  );
}

function settingText(setting: SettingChange): string {
  switch (setting.name) {
    case 'cool_off_ms':
    case 'recovery_wait_ms':
      return setting.value === 0 ? say.noWait : spanText(setting.value);
    case 'screening':
      return say.screening[setting.value];
  }
}

function Account({ change }: { readonly change: ServiceAccountChange }) {
  return (
    <>
      <Fact name={FIELDS.subject}>
        <span className="font-mono">{change.subject}</span>
      </Fact>
      {change.what === 'retire' ? null : (
        <>
          <Fact name={FIELDS.name}>{change.name}</Fact>
          <Fact name={FIELDS.roles}>{rolesText(change.roles)}</Fact>
          <Fact name={FIELDS.mintCap}>
            {change.mintCapMinor === null ? (
              say.mintsNothing
            ) : (
              <Amount minor={change.mintCapMinor} scale={6} code="CREDIT" />
            )}
          </Fact>
        </>
      )}
    </>
  );
}

export function GovernanceFacts({ terms }: { readonly terms: GovernanceTerms }): ReactNode {
  switch (terms.kind) {
    case 'staff_add':
      return (
        <>
          <Fact name={FIELDS.name}>
            <span className="font-medium">{terms.name}</span>
          </Fact>
          <Access roles={terms.roles} groups={terms.groups} />
          <Key publicKey={terms.publicKey} />
        </>
      );
    case 'staff_roles':
      return (
        <>
          <Person id={terms.staffId} />
          <Before id={terms.staffId} />
          <Access roles={terms.roles} groups={terms.groups} />
        </>
      );
    case 'staff_leave':
    case 'factor_reset':
      return <Person id={terms.staffId} />;
    case 'staff_key':
      return (
        <>
          <Person id={terms.staffId} />
          <Key publicKey={terms.publicKey} />
        </>
      );
    case 'policy':
      return (
        <>
          <Fact name={FIELDS.replaces}>{FIELDS.versionOf(terms.baseVersion)}</Fact>
          <Fact name={FIELDS.policy}>
            <PolicyText terms={terms.terms} />
          </Fact>
        </>
      );
    case 'setting':
      return (
        <>
          <Fact name={FIELDS.setting}>{say.settings[terms.setting.name]}</Fact>
          <Fact name={FIELDS.value}>
            <span className="font-medium">{settingText(terms.setting)}</span>
          </Fact>
        </>
      );
    case 'service_account':
      return <Account change={terms.change} />;
    case 'recovery_key':
      return <Key publicKey={terms.publicKey} />;
    case 'rail_settings':
      return <RailSettingsFacts terms={terms} />;
  }
}
