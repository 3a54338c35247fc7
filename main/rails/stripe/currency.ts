/**
 * What an amount is called on Stripe's side. Its smallest unit is not always the one an asset is kept
 * in here, and an amount that cannot be said exactly is not sent.
 */
import type { AssetId } from '../../../core/money/assets.ts';

/** Decimals of an asset in our books; null for an asset that is not known. */
export type ScaleOf = (asset: AssetId) => number | null;

interface Unit {
  /** Decimal places of Stripe's unit. */
  readonly scale: number;
  /** Amounts must be multiples of this. */
  readonly step: bigint;
}

const CENTS: Unit = { scale: 2, step: 1n };

const unitsOf = (currencies: string, unit: Unit) =>
  currencies.split(' ').map((currency): [string, Unit] => [currency, unit]);

const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...unitsOf('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF', { scale: 0, step: 1n }),
  // The last digit has to be 0.
  ...unitsOf('BHD JOD KWD OMR TND', { scale: 3, step: 10n }),
  // Has no decimals any more, and is still written with two.
  ...unitsOf('ISK', { scale: 2, step: 100n }),
]);

/** Of these Stripe's own pages say two different things, a hundredfold apart. */
const AMBIGUOUS = new Set(['UGX']);

const ASSET = /^iso:([A-Z]{3})$/;

export type StripeMoney = { readonly currency: string; readonly amount: number } | { readonly why: string };

/** Why an asset cannot be paid over Stripe at all, or null. */
export function whyNotCurrency(assetId: AssetId): string | null {
  const [, code] = ASSET.exec(assetId) ?? [];
  if (code === undefined) return `Stripe pays no ${assetId}.`;
  return AMBIGUOUS.has(code) ? `How Stripe writes amounts of ${code} is not certain enough to send money by it.` : null;
}

export function toStripe(assetId: AssetId, amountMinor: bigint, scaleOf: ScaleOf): StripeMoney {
  const why = whyNotCurrency(assetId);
  if (why !== null) return { why };
  const scale = scaleOf(assetId);
  if (scale === null) return { why: `The asset ${assetId} is not known here.` };
  const code = assetId.slice('iso:'.length);
  const unit = UNITS.get(code) ?? CENTS;
  const amount = rescale(amountMinor, scale, unit.scale);
  if (amount === null || amount % unit.step !== 0n) return { why: `Stripe takes no amount of ${code} this fine.` };
  if (amount <= 0n) return { why: 'Stripe pays amounts above zero only.' };
  if (amount > BigInt(Number.MAX_SAFE_INTEGER)) return { why: 'Stripe takes no amount this large.' };
  return { currency: code.toLowerCase(), amount: Number(amount) };
}

export type OurMoney = { readonly assetId: AssetId; readonly amountMinor: bigint };

/** Null when it cannot be said exactly in the asset's decimals, or the currency is none. */
export function fromStripe(currency: string, amount: number, scaleOf: ScaleOf): OurMoney | null {
  const assetId = `iso:${currency.toUpperCase()}` as AssetId;
  const [, code] = ASSET.exec(assetId) ?? [];
  if (code === undefined || AMBIGUOUS.has(code) || !Number.isSafeInteger(amount)) return null;
  const unit = UNITS.get(code) ?? CENTS;
  const amountMinor = rescale(BigInt(amount), unit.scale, scaleOf(assetId) ?? unit.scale);
  return amountMinor === null ? null : { assetId, amountMinor };
}

function rescale(amount: bigint, from: number, to: number): bigint | null {
  if (to >= from) return amount * 10n ** BigInt(to - from);
  const step = 10n ** BigInt(from - to);
  return amount % step === 0n ? amount / step : null;
}
