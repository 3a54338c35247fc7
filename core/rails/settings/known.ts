/** What can be set of each rail. */
import type { RailName } from '../../contract/payees.ts';
import { STELLAR_SETTINGS } from '../../payouts/chain/settings.ts';
import { NOWPAYMENTS_SETTINGS, STRIPE_SETTINGS } from '../../providers/settings.ts';
import type { RailDefinition, RailSettingDefinition } from './definitions.ts';
import { unknownSetting } from './errors.ts';

const NOTHING: RailDefinition = { settings: [], refuse: () => undefined };

const DEFINITIONS: Readonly<Record<RailName, RailDefinition>> = {
  stellar: STELLAR_SETTINGS,
  stripe: STRIPE_SETTINGS,
  nowpayments: NOWPAYMENTS_SETTINGS,
  simulated: NOTHING,
};

export function definitionOf(rail: RailName): RailDefinition {
  return DEFINITIONS[rail];
}

export function settingOf(rail: RailName, name: string): RailSettingDefinition {
  const found = DEFINITIONS[rail].settings.find((setting) => setting.name === name);
  if (!found) throw unknownSetting(rail, name);
  return found;
}
