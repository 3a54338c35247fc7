/** JSON whose numbers stay what was written: `0.10` is not `0.1`, and an amount never becomes a float. */

/** A number as it stands in a text of JSON. */
interface WrittenNumber {
  readonly rawJSON: string;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
/** Newer than the types that the compiler brings. */
const json = JSON as unknown as {
  rawJSON(text: string): WrittenNumber;
  isRawJSON(value: unknown): value is WrittenNumber;
};

const asWritten: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined ? json.rawJSON(source) : value;

/** Written out again by `JSON.stringify`, its numbers are what they were. */
export function readJson(text: string): unknown {
  return JSON.parse(text, asWritten as (key: string, value: unknown) => unknown);
}

/** The text of a number, and anything else as it is. */
export function textOfNumber(value: unknown): unknown {
  return json.isRawJSON(value) ? value.rawJSON : value;
}

/** A number that is written exactly so. */
export function numberOf(text: string): WrittenNumber {
  if (!/^(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) throw new TypeError(`Not a number of JSON: ${text}`);
  return json.rawJSON(text);
}

/** The same content with its keys in their order at every depth, without spaces, and nothing but that changed. */
export function withSortedKeys(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object' || json.isRawJSON(value)) return value;
  // Without a prototype, so that no key means anything of its own.
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort()) copy[key] = sorted((value as Record<string, unknown>)[key]);
  return copy;
}
