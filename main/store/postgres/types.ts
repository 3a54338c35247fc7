/**
 * How PostgreSQL's values become ours, so that a query gives the same on both databases: whole
 * numbers of any width are bigints, JSON stays text, and so does numeric, which has no type here.
 */
import pg from 'pg';

const OID = { int8: 20, int2: 21, int4: 23, json: 114, jsonb: 3802 } as const;

const PARSERS = new Map<number, (text: string) => unknown>([
  [OID.int8, BigInt],
  [OID.int2, BigInt],
  [OID.int4, BigInt],
  [OID.json, String],
  [OID.jsonb, String],
]);

/** For one pool; pg's own table of parsers is shared by everything in the process. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    PARSERS.get(oid) ?? pg.types.getTypeParser(oid, format ?? 'text'),
};
