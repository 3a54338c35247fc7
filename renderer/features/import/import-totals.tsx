import type { ImportPreview } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';

const say = words.imports.preview;

/** How many payouts and how much, per asset: two assets are never added up. */
export function ImportTotals({ totals }: { readonly totals: ImportPreview['totals'] }) {
  if (totals.length === 0) return <p className="text-soft">{say.totalsNone}</p>;
  return (
    <ul className="flex flex-col gap-1">
      {totals.map(({ assetId, assetCode, scale, payouts, amountMinor }) => (
        <li key={assetId} className="flex items-baseline justify-between gap-4" title={assetId}>
          <span className="tabular text-soft">{say.rowsOf(payouts.toLocaleString())}</span>
          <span className="font-medium">
            <Amount minor={amountMinor} scale={scale} code={assetCode} />
          </span>
        </li>
      ))}
    </ul>
  );
}
