import type { TreasuryPosition } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';

const PARTS = ['fundsMinor', 'heldMinor', 'inFlightMinor', 'unsettledMinor', 'availableMinor'] as const;

const HEADS: Record<(typeof PARTS)[number], string> = {
  fundsMinor: words.overview.funds,
  heldMinor: words.overview.held,
  inFlightMinor: words.overview.inFlight,
  unsettledMinor: words.overview.unsettled,
  availableMinor: words.overview.available,
};

/** What the treasury has, what is spoken for, and what is left, per asset. */
export function PositionTable({ position }: { readonly position: readonly TreasuryPosition[] }) {
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="border-b border-line text-xs text-faint">
          <th scope="col" className="py-1.5 pr-4 text-left font-normal">
            {words.overview.asset}
          </th>
          {PARTS.map((part) => (
            <th key={part} scope="col" className="py-1.5 pl-4 text-right font-normal">
              {HEADS[part]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {position.map((entry) => (
          <tr key={entry.assetId} className="border-b border-line last:border-0">
            <th scope="row" title={entry.assetId} className="py-2 pr-4 text-left font-medium">
              {entry.assetCode}
            </th>
            {PARTS.map((part) => (
              <td key={part} className={`py-2 pl-4 text-right ${part === 'availableMinor' ? 'font-semibold' : ''}`}>
                <Amount minor={entry[part]} scale={entry.scale} code={entry.assetCode} bare quietZero />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
