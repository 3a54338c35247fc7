/** Settings as an environment spells them, as an admin asks for them. Empty takes one away. */
import type { RailSettingWish } from '../../core/contract/index.ts';
import { settingOf } from '../../core/rails/settings/known.ts';

export function stellarSettings(settings: Readonly<Record<string, string>>) {
  const changes = Object.entries(settings).flatMap(([name, text]): RailSettingWish[] => {
    if (text === '') return [{ what: 'clear', name }];
    if (settingOf('stellar', name).shown === null) return [{ what: 'set', name, text }];
    return text.split(',').map((secret) => ({ what: 'add_secret', name, secret }));
  });
  return { rail: 'stellar' as const, changes, reason: 'A test needs them.' };
}
