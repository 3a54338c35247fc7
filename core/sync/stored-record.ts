/** What the adapter made of a provider's record, as it is kept beside the record itself. */
import { z } from 'zod';
import { canonical } from '../canonical/canonical.ts';
import { assetIdText, minorUnits } from '../contract/words.ts';
import { type AssetId, assetId } from '../money/assets.ts';
import type { ProviderRecord } from '../rails/provider.ts';

export type Evidence = Omit<ProviderRecord, 'raw'>;

const money = { amountMinor: minorUnits, assetId: assetIdText };

const storedRecord = z.strictObject({
  eventId: z.string(),
  reference: z.string(),
  key: z.string().nullable(),
  status: z.enum(['accepted', 'completed', 'failed', 'unknown']),
  ...money,
  atMs: z.int(),
  reversal: z.strictObject({ reference: z.string() }).optional(),
  fee: z.strictObject({ reference: z.string(), ...money }).optional(),
  neverBegun: z.literal(true).optional(),
  released: z.literal(true).optional(),
});

export function written({ fee, ...rest }: Evidence): string {
  return canonical({
    ...rest,
    amountMinor: rest.amountMinor.toString(),
    ...(fee && { fee: { ...fee, amountMinor: fee.amountMinor.toString() } }),
  });
}

export function read(text: string | null): Evidence {
  return evidenceOf(storedRecord.parse(JSON.parse(text ?? 'null')));
}

/** Null where what is kept is nothing that this version understands. */
export function readIfUnderstood(text: string | null): Evidence | null {
  const parsed = storedRecord.safeParse(JSON.parse(text ?? 'null'));
  return parsed.success ? evidenceOf(parsed.data) : null;
}

function evidenceOf({ reversal, fee, neverBegun, released, ...payment }: z.infer<typeof storedRecord>): Evidence {
  return {
    ...payment,
    ...moneyOf(payment),
    ...(reversal && { reversal }),
    ...(fee && { fee: { ...fee, ...moneyOf(fee) } }),
    ...(neverBegun && { neverBegun }),
    ...(released && { released }),
  };
}

function moneyOf(stored: { readonly amountMinor: string; readonly assetId: string }): {
  readonly amountMinor: bigint;
  readonly assetId: AssetId;
} {
  return { amountMinor: BigInt(stored.amountMinor), assetId: assetId(stored.assetId) };
}
