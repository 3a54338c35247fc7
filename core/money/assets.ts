/**
 * An asset is more than its code: two assets with the same code and different issuers are two
 * assets. The id carries the full identity, so comparing ids is comparing identities.
 */
export type AssetId = string & { readonly __brand: 'AssetId' };

export interface Asset {
  readonly id: AssetId;
  readonly code: string;
  /** Decimal places of the minor unit. */
  readonly scale: number;
  /** Present where the asset lives on a network: `stellar:testnet`, … */
  readonly network: string | null;
  /** Present where somebody issued it: a Stellar account. */
  readonly issuer: string | null;
  /** A payout below this is refused. */
  readonly minimumPayoutMinor: bigint;
}

const ASSET_ID =
  /^(?:iso:[A-Z]{3}|stellar:[a-z0-9-]{1,32}:(?:native|[A-Za-z0-9]{1,12}-G[A-Z2-7]{55})|now:[a-z0-9]{2,24}|credit:micro)$/;

export function isAssetId(text: string): text is AssetId {
  return ASSET_ID.test(text);
}

export function assetId(text: string): AssetId {
  if (!isAssetId(text)) throw new TypeError(`Not an asset id: ${text}`);
  return text;
}

/** Credits are a promise of the platform: they are minted, spent and expire, and no rail pays them out. */
export const isCreditAsset = (id: AssetId): boolean => id.startsWith('credit:');

export const CREDITS = assetId('credit:micro');

/** XXX is ISO 4217’s own code for no currency: an asset that no payout is in. */
export const NO_ASSET = assetId('iso:XXX');
