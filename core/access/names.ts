/** Two spellings of one name are one name. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

/** Letters of other alphabets, and figures, that the eye takes for Latin ones. */
const DOUBLES = new Map(
  [
    ['авекмнорстухіјѕԁԛԝһӏ', 'abekmhopctyxijsdqwhl'],
    ['αεικνορτυχγ', 'aeiknoptuxy'],
    ['01|', 'oll'],
  ].flatMap(([seen = '', taken = '']) => [...seen].map((letter, place) => [letter, taken[place] ?? letter])),
);

/**
 * What a name looks like: two people whose names look alike are not told apart where they are shown
 * beside what they signed. Accents are seen, and stay.
 */
export function looksOf(name: string): string {
  const bare = name
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return [...bare.replaceAll('I', 'l').toLowerCase()].map((letter) => DOUBLES.get(letter) ?? letter).join('');
}
