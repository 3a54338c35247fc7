/**
 * Payouts from a file. A file is opened (its header is read and a mapping suggested), checked (every
 * row, nothing written), looked through and put right where it must be, and committed. An open
 * import lives in the engine's memory; what is committed is exactly what was checked.
 */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { railName } from './payees.ts';
import { command, query } from './procedure.ts';
import { hex, minorUnits, page, pageInput, timeMs } from './words.ts';

export const IMPORT_ROWS_MAX = 100_000;
export const IMPORT_BYTES_MAX = 64 * 1024 * 1024;
/** Characters of one cell. */
export const IMPORT_CELL_MAX = 1_000;

/** What a column of a file can mean. */
export const IMPORT_FIELDS = [
  'payee',
  'payeeName',
  'email',
  'rail',
  'address',
  'memoType',
  'memo',
  'extraId',
  'currency',
  'amount',
  'asset',
  'reference',
  'dueDate',
  'statement',
] as const;
export const importField = z.enum(IMPORT_FIELDS);
export type ImportField = z.infer<typeof importField>;

/** Each of these needs a column, or (rail, asset and currency) one value for the whole file. */
export const IMPORT_FIELDS_NEEDED = ['payee', 'amount', 'asset', 'reference'] as const satisfies readonly ImportField[];

const header = z.string().min(1).max(200);
const cell = z.string().max(IMPORT_CELL_MAX);

export const importMapping = z.strictObject({
  /** Field → the header of its column, exactly as the file spells it. */
  columns: z.partialRecord(importField, header),
  /** One value for every row, where the file has no column for it. */
  constants: z
    .strictObject({
      rail: railName.optional(),
      asset: z.string().max(120).optional(),
      currency: z.string().max(24).optional(),
    })
    .optional(),
});
export type ImportMapping = z.infer<typeof importMapping>;

/** What is wrong with a row: it cannot be imported as it is. */
export const ROW_PROBLEMS = [
  'row.width',
  'cell.missing',
  'cell.formula',
  'cell.too_long',
  'cell.control_character',
  'payee.unknown',
  'payee.closed',
  'payee.name_missing',
  'payee.conflict',
  'email.invalid',
  'rail.unknown',
  'rail.missing',
  'rail.unavailable',
  'address.missing',
  'address.invalid',
  'address.name_unresolved',
  'address.not_of_payee',
  'address.retired',
  'address.several',
  'memo.invalid',
  'amount.not_a_number',
  'amount.not_exact',
  'amount.too_large',
  'amount.too_many_decimals',
  'amount.negative',
  'amount.zero',
  'amount.below_minimum',
  'asset.unknown',
  'asset.ambiguous',
  'asset.wrong_rail',
  'reference.twice_in_file',
  'reference.known',
  'due_date.invalid',
  'statement.unknown',
  'statement.other_payee',
  'statement.other_asset',
  'statement.exceeded',
  'policy.no_match',
] as const;
export type RowProblemCode = (typeof ROW_PROBLEMS)[number];

/** What a person should look at; it holds nothing up. */
export const ROW_WARNINGS = [
  'destination.new',
  'destination.unconfirmed',
  'destination.cooling_off',
  'destination.look_alike',
  'payee.name_differs',
  'amount.repeated',
  'amount.outlier',
  'due_date.past',
] as const;
export type RowWarningCode = (typeof ROW_WARNINGS)[number];

const note = {
  field: importField.nullable(),
  /** The header of the column, as the file spells it. */
  column: z.string().nullable(),
  /** A sentence for a person. */
  message: z.string(),
};
export const rowProblem = z.strictObject({ code: z.enum(ROW_PROBLEMS), ...note });
export type RowProblem = z.infer<typeof rowProblem>;
export const rowWarning = z.strictObject({ code: z.enum(ROW_WARNINGS), ...note });
export type RowWarning = z.infer<typeof rowWarning>;

export const importRow = z.strictObject({
  /** The line of the file the row begins on (in a spreadsheet: the row's number); the header is above it. */
  line: z.int(),
  /** The row as the file has it, or as it was put right. */
  values: z.partialRecord(importField, z.string()),
  payeeName: z.string().nullable(),
  newPayee: z.boolean(),
  /** Where it would be paid. */
  rail: railName.nullable(),
  address: z.string().nullable(),
  assetId: z.string().nullable(),
  assetCode: z.string().nullable(),
  scale: z.int().nullable(),
  amountMinor: minorUnits.nullable(),
  problems: z.array(rowProblem),
  warnings: z.array(rowWarning),
});
export type ImportRow = z.infer<typeof importRow>;

/** The same file, imported before. */
const importedBefore = z.strictObject({
  batchId: z.string(),
  fileName: z.string(),
  importedAtMs: timeMs,
  by: z.string(),
  payouts: z.int(),
});

const totals = z.array(
  z.strictObject({
    assetId: z.string(),
    assetCode: z.string(),
    scale: z.int(),
    payouts: z.int(),
    amountMinor: minorUnits,
  }),
);

export const openedImport = z.strictObject({
  importId: z.string(),
  fileName: z.string(),
  sha256: hex(32),
  format: z.enum(['csv', 'xlsx', 'rows']),
  /** CSV: what separates the cells. */
  delimiter: z.enum([',', ';', '\t']).nullable(),
  /** XLSX: the sheet that is read, and those that are not. */
  sheet: z.string().nullable(),
  otherSheets: z.array(z.string()),
  columns: z.array(z.strictObject({ header: z.string(), samples: z.array(z.string()) })),
  mapping: importMapping,
  /** True when a file with this header was imported before and its mapping is used again. */
  remembered: z.boolean(),
  importedBefore: importedBefore.nullable(),
});
export type OpenedImport = z.infer<typeof openedImport>;

const counted = <T extends z.ZodType>(code: T) => z.array(z.strictObject({ code, rows: z.int() }));

export const importPreview = z.strictObject({
  importId: z.string(),
  fileName: z.string(),
  sha256: hex(32),
  mapping: importMapping,
  createPayees: z.boolean(),
  /** Stands for the file, the mapping, the choices and every row put right: given back at commit. */
  checked: hex(32),
  rows: z.int(),
  good: z.int(),
  bad: z.int(),
  warned: z.int(),
  newPayees: z.int(),
  /** Of the good rows. */
  totals,
  problems: counted(z.enum(ROW_PROBLEMS)),
  warnings: counted(z.enum(ROW_WARNINGS)),
  importedBefore: importedBefore.nullable(),
});
export type ImportPreview = z.infer<typeof importPreview>;

export const importDone = z.strictObject({
  batchId: z.string(),
  payouts: z.int(),
  payeesCreated: z.int(),
  /** Bad rows that were left out because only the good ones were asked for. */
  leftOut: z.int(),
  totals,
});
export type ImportDone = z.infer<typeof importDone>;

export const importProgress = z.strictObject({
  step: z.enum(['waiting', 'reading', 'asking', 'checking', 'writing']),
  /** Rows, and names while their domains are asked; the total is not known while a file is still being read. */
  done: z.int(),
  total: z.int().nullable(),
});
export type ImportProgress = z.infer<typeof importProgress>;

const importId = z.strictObject({ importId: z.string().max(40) });
const fileName = z.string().trim().min(1).max(255);
/** The bytes of the file; a little over four thirds of what a file may have. */
const contentBase64 = z.base64().max(Math.ceil(IMPORT_BYTES_MAX / 3) * 4 + 4);

/** A row as a script gives it, without a file: everything is text, as a cell would be. */
const rowInput = z.strictObject(
  Object.fromEntries(IMPORT_FIELDS.map((field) => [field, cell.optional()])) as Record<
    ImportField,
    z.ZodOptional<typeof cell>
  >,
);

const choices = {
  /** Payees the vault does not know are created, with the address in the row as a proposed destination. */
  createPayees: z.boolean().optional(),
};
const commitChoices = {
  /** Import a file that was imported before. */
  insist: z.boolean().optional(),
  /** Leave the bad rows out instead of refusing the whole. */
  onlyGoodRows: z.boolean().optional(),
};

export const imports = {
  /** Reads the header; refuses what is no readable CSV or XLSX file. */
  open: query(['operator']).input(z.strictObject({ fileName, contentBase64 })).output(openedImport),

  /** Checks every row; nothing is written. Aborting the call cancels the import, as `cancel` does. */
  check: query(['operator'])
    .input(importId.extend({ mapping: importMapping, ...choices }))
    .output(importPreview),

  /** Puts cells right and checks again. An earlier correction of the same cell is replaced. */
  correct: query(['operator'])
    .input(
      importId.extend({
        cells: z
          .array(z.strictObject({ line: z.int(), field: importField, text: cell }))
          .min(1)
          .max(1_000),
      }),
    )
    .output(importPreview),

  rows: query(['operator'])
    .input(importId.extend({ ...pageInput, show: z.enum(['all', 'problems', 'warnings']).optional() }))
    .output(page(importRow)),

  /** What is wrong, as a CSV file: line, column, what it says, code, sentence. */
  problems: query(['operator'])
    .input(importId)
    .output(z.strictObject({ fileName: z.string(), csv: z.string() })),

  /** How far the step in hand has come, until the import is committed or cancelled. */
  progress: query(['operator']).input(importId).output(eventIterator(importProgress)),

  /**
   * All of it or nothing, after checking everything once more. Repeated, it gives the same answer.
   * While it writes, aborting this call is what cancels it: another call may have to wait for it.
   */
  commit: command(['operator'], 'payouts.import')
    .input(importId.extend({ checked: hex(32), ...commitChoices }))
    .output(importDone),

  /** Stops what is running and forgets the file. */
  cancel: query(['operator']).input(importId).output(z.strictObject({})),

  /** In one call, for scripts: the file or the rows, looked at or committed. */
  payouts: command(['operator'], 'payouts.import', { service: true })
    .route({
      method: 'POST',
      path: '/api/payouts/import',
      tags: ['payouts'],
      summary: 'Import up to 100,000 payouts from a file or as rows',
    })
    .input(
      z
        .strictObject({
          mode: z.enum(['preview', 'commit']),
          fileName: fileName.optional(),
          contentBase64: contentBase64.optional(),
          rows: z.array(rowInput).min(1).max(IMPORT_ROWS_MAX).optional(),
          mapping: importMapping.optional(),
          ...choices,
          ...commitChoices,
        })
        .refine(
          ({ contentBase64: content, rows, fileName: name }) =>
            (content === undefined) !== (rows === undefined) && (content === undefined || name !== undefined),
          'Expected either a file (fileName and contentBase64) or rows',
        ),
    )
    .output(
      z.strictObject({
        preview: importPreview,
        /** The first thousand; `preview.problems` counts all of them. */
        problems: z.array(rowProblem.extend({ line: z.int() })),
        done: importDone.nullable(),
      }),
    ),

  /** What was imported, newest first. */
  list: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/imports',
      tags: ['payouts'],
      summary: 'Files that were imported, newest first',
    })
    .input(z.strictObject({ ...pageInput }))
    .output(page(importedBefore.extend({ sha256: hex(32), payeesCreated: z.int(), leftOut: z.int(), totals }))),
};
