/** An address in groups of four, so that two can be compared by eye. Nothing is left out. */
export function groupsOfFour(address: string): readonly string[] {
  return address.match(/.{1,4}/gsu) ?? [];
}

/** For a list: both ends, which people compare, and a sign that something stands between. */
export function shortAddress(address: string): string {
  const letters = [...address];
  return letters.length <= 14 ? address : `${letters.slice(0, 6).join('')}…${letters.slice(-6).join('')}`;
}

const STELLAR_ADDRESS = /\b([GMC][A-Z2-7]{55}(?:[A-Z2-7]{13})?)\b/;

interface SentencePart {
  /** Where in the sentence it begins: one address may stand there twice. */
  readonly from: number;
  readonly isAddress: boolean;
  readonly text: string;
}

/** A sentence in parts, each address in it a part of its own. */
export function addressesApart(text: string): readonly SentencePart[] {
  const parts: SentencePart[] = [];
  let from = 0;
  for (const [at, part] of text.split(STELLAR_ADDRESS).entries()) {
    if (part !== '') parts.push({ from, isAddress: at % 2 === 1, text: part });
    from += part.length;
  }
  return parts;
}
