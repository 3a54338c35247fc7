/** The words that a payout is found by: those of its reference, and of its payee's name and reference. */

const WORDS_MAX = 24;
const WORD_LENGTH_MAX = 40;

/** In lower case, without what stands between them; each once. */
export function wordsOf(...texts: readonly string[]): readonly string[] {
  const words = texts.flatMap(
    (text) =>
      text
        .normalize('NFKC')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? [],
  );
  return [...new Set(words.map((word) => word.slice(0, WORD_LENGTH_MAX)))].slice(0, WORDS_MAX);
}

/** Each with a space before it, so that ` wo` finds the beginnings of words. */
export function searchText(words: readonly string[]): string {
  return words.map((word) => ` ${word}`).join('');
}

/** Words that begin with `word` are from it up to, but not including, this. */
export function afterAllWith(word: string): string {
  return `${word}\u{10ffff}`;
}
