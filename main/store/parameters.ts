/**
 * What may be sent to a database, the same for both: texts, whole numbers, bytes and null. A
 * boolean, a date or a fraction would be stored differently by each, so it is a mistake here.
 */
export type Bound = string | bigint | Buffer | null;

export function bindable(value: unknown): Bound {
  if (value === null || typeof value === 'string' || typeof value === 'bigint') return value;
  // A JavaScript number binds as a REAL in SQLite; a whole one is meant as an integer.
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const what = typeof value === 'object' ? (value?.constructor?.name ?? 'object') : typeof value;
  throw new TypeError(`A ${what} cannot be sent to the database: texts, whole numbers, bytes and null can`);
}
