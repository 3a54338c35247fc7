import type { KnownAsset } from './amounts.ts';
import { type CheckedRow, isGood } from './judge-row.ts';

export interface ImportTotals {
  readonly assetId: string;
  readonly assetCode: string;
  readonly scale: number;
  readonly payouts: number;
  readonly amountMinor: string;
}

/** Of the good rows, per asset, in the order of the assets' ids. */
export function totalsOf(rows: readonly CheckedRow[]): ImportTotals[] {
  const sums = new Map<string, { readonly asset: KnownAsset; payouts: number; amountMinor: bigint }>();
  for (const row of rows) {
    const { asset, amountMinor } = row;
    if (!isGood(row) || !asset || amountMinor === null) continue;
    const sum = sums.get(asset.id) ?? { asset, payouts: 0, amountMinor: 0n };
    sum.payouts += 1;
    sum.amountMinor += amountMinor;
    sums.set(asset.id, sum);
  }
  return [...sums.values()]
    .sort((a, b) => (a.asset.id < b.asset.id ? -1 : 1))
    .map(({ asset, payouts, amountMinor }) => ({
      assetId: asset.id,
      assetCode: asset.code,
      scale: asset.scale,
      payouts,
      amountMinor: amountMinor.toString(),
    }));
}
