/** An address in groups of four, so that two can be compared by eye. Nothing is left out. */
export function groupsOfFour(address: string): readonly string[] {
  return address.match(/.{1,4}/gsu) ?? [];
}

/** For a list: both ends, which people compare, and a sign that something stands between. */
export function shortAddress(address: string): string {
  const letters = [...address];
  return letters.length <= 14 ? address : `${letters.slice(0, 6).join('')}…${letters.slice(-6).join('')}`;
}
