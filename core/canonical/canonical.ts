/**
 * One text for one value, so that a hash or a signature over it can be made again by anybody, in
 * any language: JSON with keys sorted by UTF-16 code units, no white space, strings escaped as
 * JSON.stringify escapes them, whole safe numbers only. Amounts are strings. Anything that has
 * two spellings (floats, undefined, dates, lone surrogates) is refused rather than normalised.
 */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue };

export function canonical(value: CanonicalValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw new TypeError(`Only whole safe numbers have a canonical form, not ${value}`);
    }
    return String(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('A lone surrogate has no canonical form');
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) {
    throw new TypeError(`No canonical form for ${typeof value}`);
  }
  const fields = Object.keys(value)
    .sort()
    .map((key) => {
      const field = value[key];
      if (field === undefined) throw new TypeError(`Field ${key} is undefined`);
      return `${canonical(key)}:${canonical(field)}`;
    });
  return `{${fields.join(',')}}`;
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}
