/** The identity of an asset, made of the parts people know it by. */
import { isAssetId } from '../../../core/money/assets.ts';

export const ASSET_KINDS = ['iso', 'stellar', 'now'] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

export const STELLAR_NETWORKS = ['testnet', 'public'] as const;

export interface AssetParts {
  readonly kind: AssetKind;
  readonly code: string;
  readonly network: (typeof STELLAR_NETWORKS)[number];
  /** XLM, which nobody issued. */
  readonly native: boolean;
  readonly issuer: string;
}

/** How many decimals such an asset is kept with. Stellar keeps seven of everything. */
export const DECIMALS: Record<AssetKind, { readonly min: number; readonly max: number; readonly usual: number }> = {
  iso: { min: 0, max: 4, usual: 2 },
  stellar: { min: 7, max: 7, usual: 7 },
  now: { min: 0, max: 8, usual: 6 },
};

function idText({ kind, code, network, native, issuer }: AssetParts): string {
  switch (kind) {
    case 'iso':
      return `iso:${code.trim().toUpperCase()}`;
    case 'stellar':
      return native ? `stellar:${network}:native` : `stellar:${network}:${code.trim()}-${issuer.trim()}`;
    case 'now':
      return `now:${code.trim().toLowerCase()}`;
  }
}

/** Null while the parts do not make an identity yet. */
export function assetIdOf(parts: AssetParts): string | null {
  const id = idText(parts);
  return isAssetId(id) ? id : null;
}
