/**
 * Paying in another asset than is owed: the debt in one asset becomes a debt in the other, through
 * the `fx` accounts of both, at a quote that was written down before. Without one it is refused.
 */
import { sql } from 'kysely';
import type { FxQuote } from '../contract/ledger-records.ts';
import { Refusal } from '../errors/refusal.ts';
import type { PayeeId, QuoteId } from '../ids/ids.ts';
import type { AssetId } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { fxAccount, openAccounts, payeeAccount } from './accounts.ts';
import { fxAmount, noQuote, quoteExpired, unknownAsset } from './errors.ts';
import { convert } from './fx-rate.ts';
import { post } from './posting.ts';

export interface NewQuote {
  readonly fromAssetId: AssetId;
  readonly toAssetId: AssetId;
  readonly rateNumerator: bigint;
  readonly rateDenominator: bigint;
  readonly source: string;
  readonly quotedAtMs: number;
  readonly expiresAtMs: number;
}

export interface Quote extends NewQuote {
  readonly id: QuoteId;
  readonly recordedBy: string;
}

export async function recordQuote(work: Work, input: NewQuote): Promise<Quote> {
  if (input.fromAssetId === input.toAssetId)
    throw new Refusal('input.invalid', { field: 'toAssetId' }, 'An asset is worth itself.');
  if (input.quotedAtMs > work.nowMs)
    throw new Refusal('input.invalid', { field: 'quotedAtMs' }, 'The quote is of the future.');
  if (input.expiresAtMs <= input.quotedAtMs) {
    throw new Refusal('input.invalid', { field: 'expiresAtMs' }, 'The quote expires before it was given.');
  }
  await scalesOf(work.tx, input.fromAssetId, input.toAssetId);
  const quote: Quote = { ...input, id: work.ids.next('quote'), recordedBy: work.actor.id };
  await work.tx.write
    .insertInto('fx_quotes')
    .values({
      id: quote.id,
      from_asset_id: quote.fromAssetId,
      to_asset_id: quote.toAssetId,
      rate_numerator: quote.rateNumerator,
      rate_denominator: quote.rateDenominator,
      source: quote.source,
      quoted_at_ms: BigInt(quote.quotedAtMs),
      expires_at_ms: BigInt(quote.expiresAtMs),
      recorded_at_ms: BigInt(work.nowMs),
      recorded_by: quote.recordedBy,
    })
    .execute();
  work.audit({
    action: 'fx.quote',
    subject: `quote:${quote.id}`,
    details: {
      from: quote.fromAssetId,
      to: quote.toAssetId,
      rate: `${quote.rateNumerator}/${quote.rateDenominator}`,
      source: quote.source,
    },
  });
  work.emit({ name: 'fx.quoted', subject: `quote:${quote.id}` });
  return quote;
}

export interface Exchange {
  readonly payeeId: PayeeId;
  readonly fromAssetId: AssetId;
  readonly toAssetId: AssetId;
  /** In the asset it is owed in. */
  readonly amountMinor: bigint;
  readonly quoteId: string | null;
  readonly idempotencyKey: string;
}

export interface Exchanged {
  readonly transactionId: bigint;
  readonly owedMinor: bigint;
  readonly paidMinor: bigint;
}

export async function exchangeOwed(work: Work, input: Exchange): Promise<Exchanged> {
  const { payeeId, fromAssetId, toAssetId, amountMinor } = input;
  const quote = await findQuote(work.tx, input);
  const { fromScale, toScale } = await scalesOf(work.tx, fromAssetId, toAssetId);
  const rate = { numerator: quote.rateNumerator, denominator: quote.rateDenominator };
  const paidMinor = convert(amountMinor, rate, fromScale, toScale);
  if (paidMinor === null || paidMinor === 0n) throw fxAmount(amountMinor);

  const [owed, fxFrom, fxTo, paid] = await openAccounts(work.tx, work.nowMs, [
    payeeAccount(payeeId, fromAssetId),
    fxAccount(fromAssetId),
    fxAccount(toAssetId),
    payeeAccount(payeeId, toAssetId),
  ]);
  if (!owed || !fxFrom || !fxTo || !paid) throw new Error('Accounts come in the order they were asked for');
  const { id, replayed } = await post(work.tx, work.actor.id, work.nowMs, {
    key: `fx:${input.idempotencyKey}`,
    kind: 'fx',
    reference: `quote:${quote.id}`,
    postings: [
      { account: owed, amountMinor: -amountMinor },
      { account: fxFrom, amountMinor },
      { account: fxTo, amountMinor: -paidMinor },
      { account: paid, amountMinor: paidMinor },
    ],
  });
  // What was done while the quote held may be asked about afterwards.
  if (!replayed && quote.expiresAtMs <= work.nowMs) throw quoteExpired(quote.id, quote.expiresAtMs);
  work.audit({
    action: 'fx.exchange',
    subject: `payee:${payeeId}`,
    details: {
      transactionId: id.toString(),
      quoteId: quote.id,
      from: fromAssetId,
      to: toAssetId,
      owedMinor: amountMinor.toString(),
      paidMinor: paidMinor.toString(),
      replayed,
    },
  });
  if (!replayed) work.emit({ name: 'fx.exchanged', subject: `payee:${payeeId}` });
  return { transactionId: id, owedMinor: amountMinor, paidMinor };
}

async function findQuote(reader: Reader, { fromAssetId, toAssetId, quoteId }: Exchange): Promise<Quote> {
  const row = await reader.db
    .selectFrom('fx_quotes')
    .selectAll()
    .where('id', '=', quoteId ?? '')
    .executeTakeFirst();
  if (!row || row.from_asset_id !== fromAssetId || row.to_asset_id !== toAssetId)
    throw noQuote(fromAssetId, toAssetId, quoteId);
  return quoteOf(row);
}

async function scalesOf(
  reader: Reader,
  fromAssetId: AssetId,
  toAssetId: AssetId,
): Promise<{ fromScale: number; toScale: number }> {
  const rows = await reader.db
    .selectFrom('assets')
    .select(['id', 'scale'])
    .where('id', 'in', [fromAssetId, toAssetId])
    .execute();
  const scaleOf = (assetId: AssetId) => {
    const row = rows.find(({ id }) => id === assetId);
    if (!row) throw unknownAsset(assetId);
    return Number(row.scale);
  };
  return { fromScale: scaleOf(fromAssetId), toScale: scaleOf(toAssetId) };
}

interface QuoteRow {
  readonly id: string;
  readonly from_asset_id: string;
  readonly to_asset_id: string;
  readonly rate_numerator: bigint;
  readonly rate_denominator: bigint;
  readonly source: string;
  readonly quoted_at_ms: bigint;
  readonly expires_at_ms: bigint;
  readonly recorded_by: string;
}

function quoteOf(row: QuoteRow): Quote {
  return {
    id: row.id as QuoteId,
    fromAssetId: row.from_asset_id as AssetId,
    toAssetId: row.to_asset_id as AssetId,
    rateNumerator: row.rate_numerator,
    rateDenominator: row.rate_denominator,
    source: row.source,
    quotedAtMs: Number(row.quoted_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    recordedBy: row.recorded_by,
  };
}

export interface QuoteFilter {
  readonly fromAssetId?: string | undefined;
  readonly toAssetId?: string | undefined;
}

/** Newest first. */
export async function listQuotes(reader: Reader, filter: QuoteFilter, page: PageRequest): Promise<Paged<FxQuote>> {
  const [beforeMs, beforeId] = decodeCursor(page.cursor, 2);
  let query = reader.db
    .selectFrom('fx_quotes')
    .selectAll()
    .orderBy('recorded_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.fromAssetId !== undefined) query = query.where('from_asset_id', '=', filter.fromAssetId);
  if (filter.toAssetId !== undefined) query = query.where('to_asset_id', '=', filter.toAssetId);
  if (beforeMs !== undefined && beforeId !== undefined) {
    query = query.where(sql<boolean>`(recorded_at_ms, id) < (${cursorNumber(beforeMs)}, ${beforeId})`);
  }
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => quoteView(quoteOf(row))),
    nextCursor: rows.length > page.limit && last ? encodeCursor([last.recorded_at_ms.toString(), last.id]) : null,
  };
}

export function quoteView(quote: Quote): FxQuote {
  return {
    ...quote,
    rateNumerator: quote.rateNumerator.toString(),
    rateDenominator: quote.rateDenominator.toString(),
  };
}
