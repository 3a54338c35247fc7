import { z } from 'zod';
import { minorUnits, timeMs } from './words.ts';

/** What the provider would charge, as it said. Until it expires: then it is asked anew. */
const quotedFee = z.strictObject({
  /** One for each asset that it is charged in. */
  fees: z.array(
    z.strictObject({ assetId: z.string(), assetCode: z.string(), scale: z.int(), amountMinor: minorUnits }),
  ),
  askedAtMs: timeMs,
  expiresAtMs: timeMs,
});

/** Either a fee, or why there is none to tell. */
export const feeTold = z.strictObject({ quoted: quotedFee.nullable(), why: z.string().nullable() });
export type FeeAnswer = z.infer<typeof feeTold>;
