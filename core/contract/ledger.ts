import { z } from 'zod';
import { query } from './procedure.ts';
import { minorUnits, page, pageInput } from './words.ts';

export const account = z.strictObject({
  id: z.string(),
  entity: z.string(),
  pool: z.string().nullable(),
  assetId: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  balanceMinor: minorUnits,
});
export type LedgerAccount = z.infer<typeof account>;

export const position = z.strictObject({
  assetId: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  fundsMinor: minorUnits,
  heldMinor: minorUnits,
  inFlightMinor: minorUnits,
  unsettledMinor: minorUnits,
  availableMinor: minorUnits,
});
export type TreasuryPosition = z.infer<typeof position>;

export const ledger = {
  trialBalance: query('staff')
    .route({ method: 'GET', path: '/api/ledger/trial-balance', tags: ['ledger'], summary: 'The sum of all postings per asset; always zero' })
    .output(
      z.strictObject({
        entries: z.int(),
        totals: z.array(z.strictObject({ assetId: z.string(), assetCode: z.string(), scale: z.int(), sumMinor: minorUnits })),
        /** Accounts whose kept balance is not the sum of their entries; always empty. */
        drift: z.array(z.string()),
      }),
    ),

  accounts: query('staff')
    .route({ method: 'GET', path: '/api/ledger/accounts', tags: ['ledger'], summary: 'Accounts with their balances' })
    .input(z.strictObject({ ...pageInput }))
    .output(page(account)),

  position: query('staff')
    .route({ method: 'GET', path: '/api/ledger/position', tags: ['ledger'], summary: 'Treasury position per asset' })
    .output(z.array(position)),
};
