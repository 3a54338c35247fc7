/** How a rail is set up in this vault: by what admins signed, or in a sandbox by what an admin set. */
import { sql } from 'kysely';
import { afterRailChanges } from '../../access/trust/rail-settings.ts';
import type { TrustedRailSetting } from '../../access/trust/state.ts';
import { soundTrust } from '../../access/trust/trust.ts';
import type { RailName } from '../../contract/payees.ts';
import type { RailSettingChange } from '../../contract/rail-settings.ts';
import type { Work } from '../../store/command.ts';
import type { SecretBox } from '../../store/secrets.ts';
import type { Reader } from '../../store/tx.ts';
import type { SettingTexts } from './definitions.ts';
import { openSecret } from './secrets.ts';

export interface KeptSettings {
  readonly texts: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
}

/** For whatever uses them: refused when the chain of trust does not verify, or a secret is not the one signed for. */
export async function keptSettings(reader: Reader, box: SecretBox, rail: RailName): Promise<KeptSettings> {
  const texts: Record<string, string> = {};
  const secrets: Record<string, readonly string[]> = {};
  for (const { name, value } of await settingsInForce(reader, rail)) {
    if (value.kind === 'text') texts[name] = value.text;
    else secrets[name] = [...(secrets[name] ?? []), await openSecret(reader, box, { rail, name, ...value })];
  }
  return { texts, secrets };
}

/** Spelled as an environment would give them. */
export function asTexts({ texts, secrets }: KeptSettings): SettingTexts {
  return {
    ...texts,
    ...Object.fromEntries(Object.entries(secrets).map(([name, several]) => [name, several.join(',')])),
  };
}

/** Without the secrets themselves. */
export async function settingsInForce(reader: Reader, rail: RailName): Promise<readonly TrustedRailSetting[]> {
  const { network, railSettings } = await soundTrust(reader);
  return network === 'live' ? railSettings.filter((one) => one.rail === rail) : settingsOfSandbox(reader, rail);
}

const prefixOf = (rail: RailName) => `${rail}.`;

/** Money of a sandbox is none: its settings are rows, which an admin changes alone. */
export async function settingsOfSandbox(reader: Reader, rail: RailName): Promise<readonly TrustedRailSetting[]> {
  const prefix = prefixOf(rail);
  const texts = await reader.db
    .selectFrom('settings')
    .selectAll()
    .where(sql<boolean>`substr(name, 1, ${BigInt(prefix.length)}) = ${prefix}`)
    .orderBy('name')
    .execute();
  const secrets = await reader.db
    .selectFrom('rail_secrets')
    .selectAll()
    .where('rail', '=', rail)
    .where('accepted_at_ms', 'is not', null)
    .where('ended_at_ms', 'is', null)
    .orderBy('accepted_at_ms', 'desc')
    .orderBy('commitment')
    .execute();
  return [
    ...texts
      .filter(({ value }) => value !== '')
      .map(
        ({ name, value, changed_at_ms, changed_by }): TrustedRailSetting => ({
          rail,
          name: name.slice(prefix.length),
          value: { kind: 'text', text: value },
          from: { act: 0, atMs: Number(changed_at_ms), by: [changed_by] },
        }),
      ),
    ...secrets.map(
      ({ name, commitment, shown, accepted_at_ms, proposed_by }): TrustedRailSetting => ({
        rail,
        name,
        value: { kind: 'secret', commitment, shown },
        from: { act: 0, atMs: Number(accepted_at_ms), by: [proposed_by] },
      }),
    ),
  ];
}

/** What is written in a sandbox; by the same rules as an act. */
export async function writeInSandbox(
  work: Work,
  rail: RailName,
  changes: readonly RailSettingChange[],
): Promise<readonly TrustedRailSetting[]> {
  const before = await settingsOfSandbox(work.tx, rail);
  const after = afterRailChanges(before, { rail, changes }, { act: 0, atMs: work.nowMs, by: [work.actor.id] });
  for (const change of changes) {
    if (change.what !== 'set' && change.what !== 'clear') continue;
    const row = {
      value: change.what === 'set' ? change.text : '',
      changed_at_ms: BigInt(work.nowMs),
      changed_by: work.actor.id,
    };
    await work.tx.write
      .insertInto('settings')
      .values({ name: prefixOf(rail) + change.name, ...row })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute();
  }
  return after;
}
