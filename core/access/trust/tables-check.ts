/**
 * Do the tables show what the chain says? They are written from it, so every difference is
 * somebody's edit. It gains nothing where the chain is asked, but lists and names show it.
 */
import { sql } from 'kysely';
import { RAILS } from '../../contract/payees.ts';
import { SCREENING } from '../../payees/safeguards.ts';
import type { Reader } from '../../store/tx.ts';
import type { TrustedState } from './state.ts';
import { readTrust } from './trust.ts';

/** Everything that does not verify: in the chain, beside it, and in the tables that follow it. */
export async function trustProblems(reader: Reader): Promise<readonly string[]> {
  const trust = await readTrust(reader);
  if (trust === null) return ['There is no founding record, or it is none.'];
  return [...trust.problems, ...(await tableDifferences(reader, trust))];
}

export async function tableDifferences(reader: Reader, trust: TrustedState): Promise<readonly string[]> {
  return [
    ...(await staffDifferences(reader, trust)),
    ...(await policyDifferences(reader, trust)),
    ...(await settingDifferences(reader, trust)),
    ...(await railDifferences(reader, trust)),
  ];
}

async function staffDifferences(reader: Reader, { people }: TrustedState): Promise<readonly string[]> {
  const rows = await reader.db.selectFrom('staff').select(['id', 'name', 'status', 'public_key']).execute();
  const roles = await reader.db
    .selectFrom('staff_roles')
    .select(['staff_id', 'role as value'])
    .where('revoked_at_ms', 'is', null)
    .execute();
  const groups = await reader.db
    .selectFrom('staff_groups')
    .select(['staff_id', 'group_name as value'])
    .where('revoked_at_ms', 'is', null)
    .execute();
  const found: string[] = [];
  const shown = new Map(rows.map((row) => [row.id, row]));
  for (const { id, name, status } of rows) {
    // Who left before there was a chain is not in it, and does nothing.
    if (status === 'active' && !people.has(id)) found.push(`Nobody let ${name} (${id}) onto staff.`);
  }
  for (const person of people.values()) {
    const row = shown.get(person.id);
    if (!row) {
      found.push(`The record of ${person.name} is missing.`);
      continue;
    }
    if (row.name !== person.name) found.push(`${person.name} is shown as ${row.name}.`);
    if (row.public_key !== person.publicKey) found.push(`The key shown for ${person.name} is not theirs.`);
    if (row.status !== person.status) found.push(`${person.name} is shown as ${row.status}.`);
    if (!sameSet(valuesOf(roles, person.id), person.roles))
      found.push(`The roles shown for ${person.name} are not theirs.`);
    if (!sameSet(valuesOf(groups, person.id), person.groups)) {
      found.push(`The groups shown for ${person.name} are not theirs.`);
    }
  }
  return found;
}

async function policyDifferences(reader: Reader, { policies }: TrustedState): Promise<readonly string[]> {
  const rows = await reader.db.selectFrom('policies').select(['version', 'rules']).execute();
  const first = policies[0]?.version ?? 1;
  const signed = new Map(policies.map(({ version, text }) => [version, text]));
  const found = rows
    .filter(({ version }) => Number(version) >= first)
    .filter(({ version, rules }) => signed.get(Number(version)) !== rules)
    .map(({ version }) => `Version ${version} of the policy is not the one that admins signed.`);
  for (const { version } of policies) {
    if (!rows.some((row) => Number(row.version) === version))
      found.push(`Version ${version} of the policy is missing.`);
  }
  return found;
}

async function settingDifferences(reader: Reader, { settings }: TrustedState): Promise<readonly string[]> {
  const [row] = await reader.rows<{ value: string }>(sql`select value from settings where name = ${SCREENING}`);
  return (row?.value ?? 'off') === settings.screening ? [] : ['Screening is shown as it was not set.'];
}

/** Where money is real the chain alone says how rails are set up; only the sealed secrets lie beside it. */
async function railDifferences(reader: Reader, { network, railSettings }: TrustedState): Promise<readonly string[]> {
  if (network === 'sandbox') return [];
  const rows = await reader.db.selectFrom('settings').select(['name', 'value']).execute();
  const found = rows
    .filter(({ name, value }) => value !== '' && RAILS.some((rail) => name.startsWith(`${rail}.`)))
    .map(({ name }) => `Nobody signed for ${name}.`);
  const secrets = await reader.db.selectFrom('rail_secrets').select(['commitment', 'sealed']).execute();
  const kept = new Set(secrets.filter(({ sealed }) => sealed !== null).map(({ commitment }) => commitment));
  for (const { rail, name, value } of railSettings) {
    if (value.kind === 'text' || kept.has(value.commitment)) continue;
    found.push(`The secret for ${name} (${rail}) that admins signed for is missing.`);
  }
  return found;
}

function valuesOf(rows: readonly { readonly staff_id: string; readonly value: string }[], id: string): string[] {
  return rows.filter(({ staff_id }) => staff_id === id).map(({ value }) => value);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}
