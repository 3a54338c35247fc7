export type Strength = 'short' | 'weak' | 'fair' | 'strong';

const PASSPHRASE_LENGTH_MIN = 12;

const GUESSED_FIRST =
  /passw(or|0r)d|passphrase|qwert|asdf|letmein|welcome|countersign|treasury|admin|iloveyou|(\d)\2{3,}|1234|abcd/i;

function poolOf(text: string): number {
  let pool = 0;
  if (/[a-z]/.test(text)) pool += 26;
  if (/[A-Z]/.test(text)) pool += 26;
  if (/\d/.test(text)) pool += 10;
  if (/[^a-zA-Z\d]/.test(text)) pool += 24;
  return Math.max(pool, 2);
}

/** A rough count of bits: what a guesser who tries words and patterns first would have to try. */
function bitsOf(passphrase: string): number {
  const words = new Set(
    passphrase
      .toLowerCase()
      .split(/[\s\-_.,]+/)
      .filter((word) => word.length >= 3),
  );
  const letters = new Set(passphrase).size;
  // Typed words hold about eleven bits each, whatever their length; other text holds less when it repeats itself.
  const asWords = words.size >= 3 ? words.size * 13 : 0;
  const asLetters =
    Math.log2(poolOf(passphrase)) * Math.min(passphrase.length, letters * 1.5) * (words.size >= 3 ? 0.5 : 0.75);
  return Math.max(asWords, asLetters) - (GUESSED_FIRST.test(passphrase) ? 25 : 0);
}

/** A hint beside the field, no promise. Only too short is refused. */
export function strengthOf(passphrase: string): Strength {
  if ([...passphrase].length < PASSPHRASE_LENGTH_MIN) return 'short';
  const bits = bitsOf(passphrase);
  if (bits < 38) return 'weak';
  return bits < 50 ? 'fair' : 'strong';
}
