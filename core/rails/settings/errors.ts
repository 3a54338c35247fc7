import type { RailName } from '../../contract/payees.ts';
import { Refusal } from '../../errors/refusal.ts';

export class RailSettingError extends Refusal {
  override readonly name = 'RailSettingError';
}

export const unknownSetting = (rail: RailName, name: string) =>
  new RailSettingError('rail.setting_unknown', { rail, name });
/** Told without the value: it may be a secret in the wrong place. */
export const wrongSetting = (rail: RailName, name: string, why: string) =>
  new RailSettingError('rail.setting', { rail, name, why }, `${name}: ${why}`);
export const secretMissing = (rail: RailName) => new RailSettingError('rail.secret_missing', { rail });
export const secretAltered = (rail: RailName, name: string) =>
  new RailSettingError('rail.secret_altered', { rail, name });
