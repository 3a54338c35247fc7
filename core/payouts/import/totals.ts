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
  const sums = new Map<string, Omit<ImportTotals, 'amountMinor'> & { readonly sumMinor: bigint }>();
  for (const row of rows) {
    const { asset, amountMinor } = row;
    if (!isGood(row) || !asset || amountMinor === null) continue;
    const before = sums.get(asset.id);
    sums.set(asset.id, {
      assetId: asset.id,
      assetCode: asset.code,
      scale: asset.scale,
      payouts: (before?.payouts ?? 0) + 1,
      sumMinor: (before?.sumMinor ?? 0n) + amountMinor,
    });
  }
  return [...sums.values()]
    .sort((a, b) => (a.assetId < b.assetId ? -1 : 1))
    .map(({ sumMinor, ...total }) => ({ ...total, amountMinor: sumMinor.toString() }));
}
