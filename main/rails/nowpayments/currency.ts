/**
 * What an amount is called on NOWPayments' side: decimals, of which it takes six. An amount that
 * cannot be said exactly is not sent.
 */
import type { AssetId } from '../../../core/money/assets.ts';
import { formatDecimal, INT64_MAX, parseDecimal } from '../../../core/money/minor.ts';
import { fine, nowpaymentsAddresses } from '../../../core/rails/address.ts';
import type { AddressCheck } from '../../../core/rails/provider.ts';

/** Decimals of an asset in our books; null for an asset that is not known. */
export type ScaleOf = (asset: AssetId) => number | null;

const DECIMALS_MAX = 6;
/** A number of JSON is a float at the other end: of so many digits each is still kept. */
const DIGITS_MAX = 15;
const ASSET = /^now:([a-z0-9]{2,24})$/;

export type NowMoney = { readonly currency: string; readonly amount: string } | { readonly why: string };

export function currencyOf(assetId: AssetId): string | null {
  return ASSET.exec(assetId)?.[1] ?? null;
}

export function toNowPayments(assetId: AssetId, amountMinor: bigint, scaleOf: ScaleOf): NowMoney {
  const currency = currencyOf(assetId);
  if (currency === null) return { why: `NOWPayments pays no ${assetId}.` };
  const scale = scaleOf(assetId);
  if (scale === null) return { why: `The asset ${assetId} is not known here.` };
  if (amountMinor <= 0n || amountMinor > INT64_MAX) return { why: 'NOWPayments pays amounts above zero only.' };
  const text = formatDecimal(amountMinor, scale);
  const amount = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  const [, fraction = ''] = amount.split('.');
  if (fraction.length > DECIMALS_MAX)
    return { why: `NOWPayments takes ${DECIMALS_MAX} decimals, and ${amount} has more.` };
  if (amount.replace('.', '').replace(/^0+/, '').length > DIGITS_MAX)
    return { why: `NOWPayments takes no amount of more than ${DIGITS_MAX} digits exactly.` };
  return { currency, amount };
}

export type OurMoney = { readonly assetId: AssetId; readonly amountMinor: bigint };

/** Null when it cannot be said exactly in the asset's decimals, or the asset is none of ours. */
export function fromNowPayments(currency: string, amount: string, scaleOf: ScaleOf): OurMoney | null {
  const assetId = `now:${currency.toLowerCase()}` as AssetId;
  const scale = currencyOf(assetId) === null ? null : scaleOf(assetId);
  if (scale === null) return null;
  const parsed = parseDecimal(amount, scale);
  return parsed.ok && parsed.minor >= 0n ? { assetId, amountMinor: parsed.minor } : null;
}

export interface Place {
  readonly address: string;
  readonly extraId: string | null;
  readonly currency: string;
}

/** Its form only; NOWPayments is asked for the rest. */
export function checkForm({ address, extraId, currency }: Place): AddressCheck {
  const check = nowpaymentsAddresses.check({ rail: 'nowpayments', address, memo: null, extraId, currency });
  return check === fine || check.ok ? { ok: true } : { ok: false, why: check.why };
}
