import { z } from 'zod';
import { parseMinor } from '../money/minor.ts';
import {
  account,
  asset,
  assetWords,
  balanceItem,
  entry,
  fxQuote,
  ledgerKind,
  lot,
  position,
  timeOfRecord,
  transactionDetail,
  transactionItem,
  trialBalanceLine,
} from './ledger-records.ts';
import { command, query } from './procedure.ts';
import {
  assetIdText,
  idempotencyKey,
  idText,
  minorUnits,
  page,
  pageInput,
  positiveMinorUnits,
  reason,
  shortText,
  timeMs,
} from './words.ts';

/** Who reads every entry; balances per asset and account are for all staff. */
const READERS = ['controller', 'auditor', 'admin'] as const;

/** The number of an account, a transaction or a lot, as text. */
const numberText = z
  .string()
  .regex(/^[1-9]\d{0,18}$/, 'Expected a number')
  .refine((text) => parseMinor(text) !== null, 'Expected a number');
/** `payee:pye_…`, `treasury:bank`, `campaign:…` */
const entityText = z.string().regex(/^[a-z]+(?::[A-Za-z0-9_-]{1,64}){0,2}$/, 'Not the name of an account holder');
const momentOf = z.coerce.number().int().min(0);

export const ledger = {
  assets: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/ledger/assets', tags: ['ledger'], summary: 'Every asset the treasury knows' })
    .output(z.array(asset)),

  addAsset: command(['admin'], 'asset.add')
    .route({
      method: 'POST',
      path: '/api/ledger/assets',
      tags: ['ledger'],
      summary: 'Add an asset, with its system accounts',
    })
    .input(
      z.strictObject({
        assetId: assetIdText,
        scale: z.int().min(0).max(8),
        minimumPayoutMinor: positiveMinorUnits,
      }),
    )
    .output(asset),

  trialBalance: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/ledger/trial-balance',
      tags: ['ledger'],
      summary: 'The sum of all postings per asset; always zero',
    })
    .input(
      z
        .strictObject({
          /** Up to and with this moment; everything without it. */
          atMs: momentOf.optional(),
          by: timeOfRecord.optional(),
        })
        .optional(),
    )
    .output(
      z.strictObject({
        entries: z.int(),
        totals: z.array(z.strictObject({ ...assetWords, sumMinor: minorUnits })),
        lines: z.array(trialBalanceLine),
        /** Accounts whose kept balance is not the sum of their entries; always empty. */
        drift: z.array(z.string()),
      }),
    ),

  accounts: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/ledger/accounts', tags: ['ledger'], summary: 'Accounts with their balances' })
    .input(
      z.strictObject({
        ...pageInput,
        entity: entityText.optional(),
        assetId: assetIdText.optional(),
        /** Part of the holder's, the account's or the pool's name. */
        q: z.string().max(200).optional(),
        balances: z.enum(['all', 'non_zero']).optional(),
      }),
    )
    .output(page(account)),

  account: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/ledger/accounts/{accountId}',
      tags: ['ledger'],
      summary: 'One account with its balance',
    })
    .input(z.strictObject({ accountId: numberText }))
    .output(account),

  entries: query(READERS, { service: true })
    .route({
      method: 'GET',
      path: '/api/ledger/accounts/{accountId}/entries',
      tags: ['ledger'],
      summary: 'The entries of an account, newest first, with the balance after each',
    })
    .input(z.strictObject({ ...pageInput, accountId: numberText }))
    .output(page(entry)),

  lots: query(READERS, { service: true })
    .route({
      method: 'GET',
      path: '/api/ledger/accounts/{accountId}/lots',
      tags: ['ledger'],
      summary: 'The credit lots of an account, in the order they are spent',
    })
    .input(z.strictObject({ ...pageInput, accountId: numberText, show: z.enum(['open', 'all']).optional() }))
    .output(page(lot)),

  position: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/ledger/position', tags: ['ledger'], summary: 'Treasury position per asset' })
    .output(z.array(position)),

  /** Of one account, or of all accounts of a holder, as they stood at a moment. */
  balancesAsOf: query(READERS, { service: true })
    .route({
      method: 'GET',
      path: '/api/ledger/balances',
      tags: ['ledger'],
      summary: 'Balances as of a moment, by effective or by recorded time',
    })
    .input(
      z
        .strictObject({
          accountId: numberText.optional(),
          entity: entityText.optional(),
          atMs: momentOf,
          by: timeOfRecord,
        })
        .refine(
          ({ accountId, entity }) => (accountId === undefined) !== (entity === undefined),
          'Expected either accountId or entity',
        ),
    )
    .output(z.array(balanceItem)),

  transactions: query(READERS, { service: true })
    .route({
      method: 'GET',
      path: '/api/ledger/transactions',
      tags: ['ledger'],
      summary: 'Ledger transactions, newest first',
    })
    .input(z.strictObject({ ...pageInput, kind: ledgerKind.optional(), payoutId: idText.optional() }))
    .output(page(transactionItem)),

  transaction: query(READERS, { service: true })
    .route({
      method: 'GET',
      path: '/api/ledger/transactions/{id}',
      tags: ['ledger'],
      summary: 'One ledger transaction with its postings',
    })
    .input(z.strictObject({ id: numberText }))
    .output(transactionDetail),

  reverse: command(['controller', 'admin'], 'ledger.reverse')
    .route({
      method: 'POST',
      path: '/api/ledger/transactions/{id}/reversals',
      tags: ['ledger'],
      summary: 'Correct a mistake by the opposite postings',
    })
    .input(z.strictObject({ id: numberText, reason }))
    .output(transactionDetail),

  adjust: command(['controller', 'admin'], 'ledger.adjust')
    .route({
      method: 'POST',
      path: '/api/ledger/adjustments',
      tags: ['ledger'],
      summary: 'Adjust an account against adjustments or rounding',
    })
    .input(
      z.strictObject({
        accountId: numberText,
        /** What the account gains, or loses below zero. */
        amountMinor: minorUnits.refine((text) => text !== '0', 'Expected an amount other than zero'),
        against: z.enum(['adjustments', 'rounding']),
        reason,
        /** When it happened; now unless said otherwise. */
        effectiveAtMs: timeMs.optional(),
        idempotencyKey,
      }),
    )
    .output(transactionDetail),

  rebuildBalances: command(['admin'], 'ledger.rebuild')
    .route({
      method: 'POST',
      path: '/api/ledger/balances/rebuild',
      tags: ['ledger'],
      summary: 'Make the kept balances the sums of their entries again',
    })
    .output(
      z.strictObject({
        accounts: z.int(),
        corrected: z.array(z.strictObject({ accountId: z.string(), keptMinor: minorUnits, entriesMinor: minorUnits })),
      }),
    ),

  fxQuotes: query(['operator', ...READERS], { service: true })
    .route({ method: 'GET', path: '/api/ledger/fx-quotes', tags: ['ledger'], summary: 'Recorded quotes, newest first' })
    .input(z.strictObject({ ...pageInput, fromAssetId: assetIdText.optional(), toAssetId: assetIdText.optional() }))
    .output(page(fxQuote)),

  recordFxQuote: command(['controller', 'admin'], 'fx.quote')
    .route({
      method: 'POST',
      path: '/api/ledger/fx-quotes',
      tags: ['ledger'],
      summary: 'Record a quote to pay one asset in another at',
    })
    .input(
      z.strictObject({
        fromAssetId: assetIdText,
        toAssetId: assetIdText,
        rateNumerator: positiveMinorUnits,
        rateDenominator: positiveMinorUnits,
        /** Who quoted it. */
        source: shortText,
        quotedAtMs: timeMs,
        expiresAtMs: timeMs,
      }),
    )
    .output(fxQuote),

  /** What a payee is owed in one asset becomes owed in another. */
  exchange: command(['operator', 'controller'], 'fx.exchange')
    .route({
      method: 'POST',
      path: '/api/ledger/exchanges',
      tags: ['ledger'],
      summary: 'Owe a payee in another asset, at a recorded quote',
    })
    .input(
      z.strictObject({
        payeeId: idText,
        fromAssetId: assetIdText,
        toAssetId: assetIdText,
        /** In `fromAssetId`. */
        amountMinor: positiveMinorUnits,
        /** Without a quote it is refused. */
        quoteId: idText.nullable(),
        idempotencyKey,
      }),
    )
    .output(z.strictObject({ transactionId: z.string(), owedMinor: minorUnits, paidMinor: minorUnits })),
};
