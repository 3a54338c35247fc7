import type { RailSettingChange } from '../../contract/rail-settings.ts';
import type { Reader } from '../../store/tx.ts';
import type { RailTerms } from './change.ts';
import { wrongSetting } from './errors.ts';
import { settingOf } from './known.ts';
import { refuseSecretless } from './secrets.ts';

/** Asked of every signature: whoever signs second signs for nothing that could not be put in force. */
export async function refuseUnfitSettings(reader: Reader, { rail, changes }: RailTerms): Promise<void> {
  for (const change of changes) {
    const { shown, wrong } = settingOf(rail, change.name);
    const isForSecrets = change.what === 'add_secret' || change.what === 'withdraw_secret';
    if (change.what !== 'clear' && isForSecrets !== (shown !== null)) {
      throw wrongSetting(rail, change.name, shown ? 'It is a secret, and is added as one.' : 'It is no secret.');
    }
    const why = change.what === 'set' ? wrong(change.text) : null;
    if (why !== null) throw wrongSetting(rail, change.name, why);
  }
  await refuseSecretless(reader, rail, changes.flatMap(added));
}

const added = (change: RailSettingChange) => (change.what === 'add_secret' ? [change.commitment] : []);
