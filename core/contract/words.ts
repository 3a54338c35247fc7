/** Small schemas that every procedure is made of. Unknown fields are refused everywhere. */
import { z } from 'zod';
import { isAssetId } from '../money/assets.ts';
import { parseMinor } from '../money/minor.ts';

export const ROLES = ['operator', 'approver', 'signer', 'controller', 'auditor', 'admin'] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** People are put into groups by name, for policies to ask. */
export const groupName = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,39}$/u, 'Expected a name of up to 40 letters, digits, spaces and _ . -');

/** Whole minor units, as text: a JSON number would lose digits. */
export const minorUnits = z
  .string()
  .refine((text) => parseMinor(text) !== null, 'Expected whole minor units as a string of digits')
  .meta({ description: 'Whole minor units, as a string of digits', example: '125000' });

export const positiveMinorUnits = minorUnits.refine(
  (text) => (parseMinor(text) ?? 0n) > 0n,
  'Expected an amount above zero',
);

export const assetIdText = z.string().refine(isAssetId, 'Not an asset id').meta({ example: 'iso:USD' });

/** Milliseconds since 1970, UTC. */
export const timeMs = z.int().min(0).meta({ description: 'Milliseconds since 1970, UTC' });

export const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `Expected ${bytes} bytes in hex`);

export const idText = z.string().regex(/^[a-z]{3}_[0-9a-z]{25}$/, 'Not an id');
export const shortText = z.string().trim().min(1).max(200);
export const reason = z.string().trim().min(1).max(1000);
export const idempotencyKey = z
  .string()
  .regex(/^[A-Za-z0-9:_-]{1,128}$/, 'Expected 1 to 128 of letters, digits, colon, underscore and hyphen');

export const pageInput = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
};

export function page<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}
