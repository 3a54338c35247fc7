import { Asset } from '@stellar/stellar-sdk/base';
import type { ChainAsset } from '../../../core/rails/chain.ts';

export function kitAsset({ code, issuer }: ChainAsset): Asset {
  return issuer === null ? Asset.native() : new Asset(code, issuer);
}

export function chainAsset(asset: Asset): ChainAsset {
  return asset.isNative()
    ? { code: 'XLM', issuer: null }
    : { code: asset.getCode(), issuer: asset.getIssuer() ?? null };
}

export function isSameAsset(a: ChainAsset, b: ChainAsset): boolean {
  return a.issuer === b.issuer && (a.issuer === null || a.code === b.code);
}
