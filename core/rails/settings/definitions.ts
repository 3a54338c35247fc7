/**
 * What can be set of a rail. Each rail says so beside its own rules, and `known.ts` brings them
 * together; what is written here holds for all of them.
 */

/** By name, as an environment would give them. */
export type SettingTexts = Readonly<Record<string, string | undefined>>;

export interface RailSettingDefinition {
  readonly name: string;
  /** What of a secret may be seen; null where the text is no secret. */
  readonly shown: ((secret: string) => string) | null;
  /** Why a text cannot be its value, or a secret one of its values; null when it can. Never the text itself. */
  wrong(text: string): string | null;
}

export interface RailDefinition {
  readonly settings: readonly RailSettingDefinition[];
  /** Throws where the settings together are not what they can be; several secrets stand with commas between. */
  refuse(texts: SettingTexts): void;
}

const SHOWN_CHARACTERS = 4;

/** Enough to tell two apart, and of no use to anybody. */
export function lastFour(secret: string): string {
  return secret.length > SHOWN_CHARACTERS * 2 ? `…${secret.slice(-SHOWN_CHARACTERS)}` : '…';
}
