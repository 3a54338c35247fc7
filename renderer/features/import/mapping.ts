/** Changes to a mapping, and what it still lacks. */
import {
  IMPORT_FIELDS,
  IMPORT_FIELDS_NEEDED,
  type ImportField,
  type ImportMapping,
  RAILS,
} from '../../../core/contract/index.ts';

/** Fields that can have one value for the whole file instead of a column. */
export const CONSTANT_FIELDS = ['rail', 'asset', 'currency'] as const;
export type ConstantField = (typeof CONSTANT_FIELDS)[number];

export function isConstantField(field: ImportField): field is ConstantField {
  return CONSTANT_FIELDS.some((known) => known === field);
}

/** The field reads this column from now on; no column takes it out, a value for every row with it. */
export function withColumn(mapping: ImportMapping, field: ImportField, column: string | null): ImportMapping {
  const { [field]: _before, ...columns } = mapping.columns;
  const without = isConstantField(field) ? withConstant(mapping, field, null) : mapping;
  return { ...without, columns: column === null ? columns : { ...columns, [field]: column } };
}

/** Every row has this value; it has no column then. */
export function withConstant(mapping: ImportMapping, field: ConstantField, value: string | null): ImportMapping {
  const { [field]: _column, ...columns } = mapping.columns;
  const { [field]: _before, ...constants } = mapping.constants ?? {};
  if (value === null) return { columns, constants };
  if (field !== 'rail') return { columns, constants: { ...constants, [field]: value } };
  const rail = RAILS.find((known) => known === value);
  return { columns, constants: rail === undefined ? constants : { ...constants, rail } };
}

export interface MappingProblems {
  readonly missing: readonly ImportField[];
  /** The header of a column that two fields read. */
  readonly twice: string | null;
}

export function problemsOf({ columns, constants }: ImportMapping): MappingProblems {
  const has = (field: ImportField) =>
    columns[field] !== undefined || (isConstantField(field) && Boolean(constants?.[field]));
  const chosen = IMPORT_FIELDS.flatMap((field) => columns[field] ?? []);
  return {
    missing: IMPORT_FIELDS_NEEDED.filter((field) => !has(field)),
    twice: chosen.find((column, at) => chosen.indexOf(column) !== at) ?? null,
  };
}

/** Only what means something is sent: an empty value for every row is none. */
export function tidy({ columns, constants }: ImportMapping): ImportMapping {
  const kept = Object.entries(constants ?? {}).filter(([, value]) => value !== undefined && value.trim() !== '');
  return kept.length === 0 ? { columns } : { columns, constants: Object.fromEntries(kept) };
}
