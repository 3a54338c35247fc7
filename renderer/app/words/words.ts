/** The language of this window. Others come as files beside `en.ts`, of exactly its shape. */
import { en } from './en.ts';

type Widened<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Key in keyof T]: Widened<T[Key]> };

export type Words = Widened<typeof en>;

const LANGUAGES: Readonly<Record<string, Words>> = { en };

/** The first language the person asks for that there is. */
export function choose(wanted: readonly string[]): Words {
  const found = wanted.map((tag) => LANGUAGES[tag.split('-')[0] ?? '']).find((language) => language !== undefined);
  return found ?? en;
}

export const words: Words = choose(navigator.languages);
