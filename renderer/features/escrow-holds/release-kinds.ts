import { words } from '../../app/words/words.ts';

export const RELEASE_KINDS = [
  { value: 'at', label: words.when.at },
  { value: 'guarantee', label: words.when.guarantee },
  { value: 'hand', label: words.holds.form.hand },
] as const;
