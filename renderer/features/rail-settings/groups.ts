/** Which settings of a rail belong together, and what they are called: what is changed together is signed for together. */
export interface SettingWords {
  readonly label: string;
  readonly hint: string;
}

export interface SettingGroup {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly names: readonly string[];
}

export interface RailWords {
  readonly groups: readonly SettingGroup[];
  readonly names: Readonly<Record<string, SettingWords>>;
  /** What holds where nothing is set. */
  readonly usual: Readonly<Record<string, string>>;
  /** Settings of which one of a few is chosen, by the words for each. */
  readonly choices: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A setting that has no words yet is known by its name. */
export function wordsOf(rail: RailWords, name: string): SettingWords {
  return rail.names[name] ?? { label: name, hint: '' };
}
