/** What was typed about some settings, as what is asked for: only what differs from what the vault keeps. */
import type { RailSetting, RailSettingWish } from '../../../core/contract/index.ts';

export interface Typed {
  /** By name; empty takes it away. */
  readonly texts: Readonly<Record<string, string>>;
  /** New secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Commitments of those to be withdrawn. */
  readonly withdrawn: ReadonlySet<string>;
}

export function keptTexts(settings: readonly RailSetting[]): Typed {
  return {
    texts: Object.fromEntries(
      settings.filter(({ isSecret }) => !isSecret).map((one) => [one.name, one.keptText ?? '']),
    ),
    secrets: {},
    withdrawn: new Set(),
  };
}

export function wishesOf(settings: readonly RailSetting[], typed: Typed): RailSettingWish[] {
  return settings.flatMap((setting): RailSettingWish[] => {
    const { name, isSecret, keptText, secrets } = setting;
    if (isSecret) {
      const secret = typed.secrets[name]?.trim() ?? '';
      return [
        ...secrets.flatMap(({ commitment }): RailSettingWish[] =>
          commitment !== null && typed.withdrawn.has(commitment) ? [{ what: 'withdraw_secret', name, commitment }] : [],
        ),
        ...(secret === '' ? [] : [{ what: 'add_secret' as const, name, secret }]),
      ];
    }
    const text = typed.texts[name]?.trim() ?? '';
    if (text === (keptText ?? '')) return [];
    return [text === '' ? { what: 'clear', name } : { what: 'set', name, text }];
  });
}
