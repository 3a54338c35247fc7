/** What holds of a setting until its change is signed, as it stands beside what it becomes. */
import type { RailSetting, RailSettingChange } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';

const say = words.railSettings;
const USUAL: Readonly<Record<string, string>> = {
  ...words.stellar.usual,
  ...words.stripe.usual,
  ...words.nowpayments.usual,
};

/** Null where it is as the change wants it already, or there is nothing to compare. */
export function textToday(change: RailSettingChange, setting: RailSetting): string | null {
  switch (change.what) {
    case 'set':
    case 'clear': {
      if (change.what === 'set' && change.text === setting.text) return null;
      const usual = USUAL[change.name];
      const text = setting.text ?? (usual === undefined ? say.notSet : say.usual(usual));
      // It comes before the vault, so that what is signed waits behind it.
      return setting.from === 'environment' ? `${text} (${say.inEnvironment})` : text;
    }
    case 'add_secret': {
      const others = setting.secrets.filter(({ commitment }) => commitment !== change.commitment);
      return others.length === 0 ? say.notSet : others.map(({ shown }) => shown).join(', ');
    }
    case 'withdraw_secret':
      return setting.secrets.find(({ commitment }) => commitment === change.commitment)?.shown ?? null;
  }
}
