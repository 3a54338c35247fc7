import type { Campaign } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';

const PARTS = 1_000n;
/** The least that is seen as something. */
const PARTS_MIN = 5;

/** How much of the budget is spent: drawn roughly, said exactly. */
export function BudgetBar({ campaign }: { readonly campaign: Campaign }) {
  const { spentMinor, budgetMinor, scale, assetCode } = campaign;
  const [spent, budget] = [minorOf(spentMinor), minorOf(budgetMinor)];
  const said = words.campaigns.budgetBar(amountText(spent, scale), `${amountText(budget, scale)} ${assetCode}`);
  const parts = Number((spent * PARTS) / budget);
  return (
    <div className="flex flex-col gap-1">
      <svg
        viewBox={`0 0 ${PARTS} 1`}
        preserveAspectRatio="none"
        className="h-1.5 w-full rounded-full bg-chosen"
        aria-hidden="true"
      >
        <rect width={spent > 0n ? Math.max(parts, PARTS_MIN) : 0} height="1" className="fill-accent" />
      </svg>
      <p className="tabular text-xs text-soft">{said}</p>
    </div>
  );
}
