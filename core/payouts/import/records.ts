/** What was imported before, and how each kind of file was read. */
import { canonical } from '../../canonical/canonical.ts';
import { type ImportMapping, importMapping } from '../../contract/imports.ts';
import type { Work } from '../../store/command.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../../store/paging.ts';
import type { Reader } from '../../store/tx.ts';
import type { ImportTotals } from './totals.ts';

export interface ImportedBefore {
  readonly batchId: string;
  readonly fileName: string;
  readonly importedAtMs: number;
  readonly by: string;
  readonly payouts: number;
}

/** The latest import of these very bytes. */
export async function importedBefore(reader: Reader, sha256: string): Promise<ImportedBefore | null> {
  const row = await importsWithNames(reader)
    .where('sha256', '=', sha256)
    .orderBy('imported_at_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? beforeFromRow(row) : null;
}

export interface ImportItem extends ImportedBefore {
  readonly sha256: string;
  readonly payeesCreated: number;
  readonly leftOut: number;
  readonly totals: ImportTotals[];
}

export async function listImports(reader: Reader, page: PageRequest): Promise<Paged<ImportItem>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  let query = importsWithNames(reader)
    .select(['imports.sha256', 'imports.payees_created', 'imports.left_out', 'imports.totals'])
    .orderBy('imports.imported_at_ms', 'desc')
    .orderBy('imports.id', 'desc')
    .limit(page.limit + 1);
  if (time !== undefined && id !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('imports.imported_at_ms', 'imports.id'), '<', tuple(BigInt(time), id)),
    );
  }
  const rows = await query.execute();
  const items = rows.slice(0, page.limit).map((row) => ({
    ...beforeFromRow(row),
    sha256: row.sha256,
    payeesCreated: Number(row.payees_created),
    leftOut: Number(row.left_out),
    totals: JSON.parse(row.totals) as ImportTotals[],
  }));
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.importedAtMs), last.batchId]) : null,
  };
}

function importsWithNames(reader: Reader) {
  return reader.db
    .selectFrom('imports')
    .leftJoin('staff', 'staff.id', 'imports.imported_by')
    .select([
      'imports.id',
      'imports.file_name',
      'imports.imported_at_ms',
      'imports.imported_by',
      'imports.payouts',
      'staff.name as by_name',
    ]);
}

function beforeFromRow(row: {
  id: string;
  file_name: string;
  imported_at_ms: bigint;
  imported_by: string;
  payouts: bigint;
  by_name: string | null;
}): ImportedBefore {
  return {
    batchId: row.id,
    fileName: row.file_name,
    importedAtMs: Number(row.imported_at_ms),
    by: row.by_name ?? row.imported_by,
    payouts: Number(row.payouts),
  };
}

/** The import a payout came with, for its timeline; null for one that was asked for by itself. */
export async function importOf(reader: Reader, payoutId: string): Promise<string | null> {
  const row = await reader.db
    .selectFrom('import_payouts')
    .select('import_id')
    .where('payout_id', '=', payoutId)
    .executeTakeFirst();
  return row?.import_id ?? null;
}

export async function rememberedMapping(reader: Reader, fingerprint: string): Promise<ImportMapping | null> {
  const row = await reader.db
    .selectFrom('import_mappings')
    .select('mapping')
    .where('header_fingerprint', '=', fingerprint)
    .executeTakeFirst();
  return row ? importMapping.parse(JSON.parse(row.mapping)) : null;
}

export async function rememberMapping(work: Work, fingerprint: string, mapping: ImportMapping): Promise<void> {
  const { columns, constants } = mapping;
  const used = {
    // Only what is set: an undefined field has no canonical form.
    mapping: canonical({ columns: present(columns), ...(constants ? { constants: present(constants) } : {}) }),
    used_at_ms: BigInt(work.nowMs),
    used_by: work.actor.id,
  };
  await work.tx.write
    .insertInto('import_mappings')
    .values({ header_fingerprint: fingerprint, ...used })
    .onConflict((conflict) => conflict.column('header_fingerprint').doUpdateSet(used))
    .execute();
}

function present(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
