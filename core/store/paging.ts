/** Lists are paged by a cursor: the sort values of the last row seen, opaque to the caller. */
import { Refusal } from '../errors/refusal.ts';

export interface PageRequest {
  readonly cursor: string | undefined;
  readonly limit: number;
}

export interface Paged<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

export const PAGE_LIMIT_DEFAULT = 100;

export function pageRequest(input: {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}): PageRequest {
  return { cursor: input.cursor, limit: input.limit ?? PAGE_LIMIT_DEFAULT };
}

export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Empty without a cursor; a cursor that this list did not give is refused. */
export function decodeCursor(cursor: string | undefined, length: number): readonly string[] {
  if (cursor === undefined) return [];
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(parts) &&
      parts.length === length &&
      parts.every((part) => typeof part === 'string' && part !== '')
    ) {
      return parts as string[];
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw notOfThisList();
}

/** A number that a cursor carries. */
export function cursorNumber(part: string): bigint {
  if (!/^-?\d{1,19}$/.test(part)) throw notOfThisList();
  return BigInt(part);
}

const notOfThisList = () => new Refusal('input.invalid', { field: 'cursor' }, 'That is not a cursor of this list.');
