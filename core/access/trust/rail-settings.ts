/** What an act does to how a rail is set up; the same rules hold in a sandbox, where no act is needed. */
import type { RailName } from '../../contract/payees.ts';
import type { RailSettingChange } from '../../contract/rail-settings.ts';
import { nothingChanged, railSettingTwice, secretInForce, secretUnknown, tooManySecrets } from './errors.ts';
import type { ActOfChain, TrustedRailSetting } from './state.ts';

/** One in use, one that takes its place, and two more for those who are slow to withdraw. */
export const RAIL_SECRETS_MAX = 4;

export interface RailChanges {
  readonly rail: RailName;
  readonly changes: readonly RailSettingChange[];
}

export function afterRailChanges(
  before: readonly TrustedRailSetting[],
  { rail, changes }: RailChanges,
  from: ActOfChain,
): readonly TrustedRailSetting[] {
  refuseTwice(changes);
  return changes.reduce((settings, change) => changed(settings, rail, change, from), before);
}

function changed(
  settings: readonly TrustedRailSetting[],
  rail: RailName,
  change: RailSettingChange,
  from: ActOfChain,
): readonly TrustedRailSetting[] {
  const { name } = change;
  const isIt = (one: TrustedRailSetting) => one.rail === rail && one.name === name;
  const own = settings.filter(isIt);
  const others = settings.filter((one) => !isIt(one));
  switch (change.what) {
    case 'set':
      if (own.some(({ value }) => value.kind === 'text' && value.text === change.text)) throw nothingChanged();
      return [...others, { rail, name, value: { kind: 'text', text: change.text }, from }];
    case 'clear':
      if (own.length === 0) throw nothingChanged();
      return others;
    case 'add_secret': {
      const { commitment, shown } = change;
      // Two secrets never share a commitment: the same again is the same proposal, done twice.
      if (settings.some(({ value }) => value.kind === 'secret' && value.commitment === commitment)) {
        throw secretInForce(name);
      }
      if (own.length >= RAIL_SECRETS_MAX) throw tooManySecrets(name, RAIL_SECRETS_MAX);
      return [{ rail, name, value: { kind: 'secret', commitment, shown }, from }, ...settings];
    }
    case 'withdraw_secret': {
      const rest = own.filter(({ value }) => value.kind !== 'secret' || value.commitment !== change.commitment);
      if (rest.length === own.length) throw secretUnknown(name);
      return [...rest, ...others];
    }
  }
}

/** Each setting once, so that what was signed for can be read in any order. Secrets come and go side by side. */
function refuseTwice(changes: readonly RailSettingChange[]): void {
  const seen = new Set<string>();
  for (const change of changes) {
    const key = change.what === 'withdraw_secret' || change.what === 'add_secret' ? change.commitment : change.name;
    if (seen.has(key)) throw railSettingTwice(change.name);
    seen.add(key);
  }
}
