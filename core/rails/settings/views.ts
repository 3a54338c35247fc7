/** How a rail is set up, for people to look at: of secrets only what may be seen. */
import { trustOf } from '../../access/trust/trust.ts';
import type { RailName } from '../../contract/payees.ts';
import type { RailSetting } from '../../contract/rail-settings.ts';
import type { Reader } from '../../store/tx.ts';
import type { RailSettingDefinition, SettingTexts } from './definitions.ts';
import { settingsOfSandbox } from './kept.ts';
import { definitionOf } from './known.ts';

export interface RailSettingsView {
  readonly rail: RailName;
  readonly changes: 'direct' | 'by_act';
  readonly settings: readonly RailSetting[];
}

export async function railSettingsView(
  reader: Reader,
  rail: RailName,
  environment: SettingTexts,
): Promise<RailSettingsView> {
  const { network, railSettings } = await trustOf(reader);
  const isLive = network === 'live';
  const kept = isLive ? railSettings.filter((one) => one.rail === rail) : await settingsOfSandbox(reader, rail);
  return {
    rail,
    changes: isLive ? 'by_act' : 'direct',
    settings: definitionOf(rail).settings.map((definition) => {
      const own = kept.filter(({ name }) => name === definition.name);
      const given = environment[definition.name]?.trim() ?? '';
      const from = given !== '' ? 'environment' : own.length > 0 ? 'vault' : 'program';
      const text = own.flatMap(({ value }) => (value.kind === 'text' ? [value.text] : []))[0] ?? null;
      const isSecret = definition.shown !== null;
      return {
        name: definition.name,
        from,
        isSecret,
        text: isSecret ? null : from === 'environment' ? given : text,
        keptText: isSecret ? null : text,
        secrets: [
          ...ofEnvironment(definition, given),
          ...own.flatMap(({ value, from: since }) =>
            value.kind === 'secret' ? [{ commitment: value.commitment, shown: value.shown, sinceMs: since.atMs }] : [],
          ),
        ],
      };
    }),
  };
}

function ofEnvironment({ shown }: RailSettingDefinition, given: string): RailSetting['secrets'] {
  if (shown === null || given === '') return [];
  return given.split(',').map((secret) => ({ commitment: null, shown: shown(secret), sinceMs: null }));
}
