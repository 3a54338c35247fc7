import type { FeeAnswer } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { TimeOfDay } from '../../ui/time.tsx';

/** What is charged for a payment or a batch of them, and when that was said; or why nobody says so. */
export function FeeText({ fee: { quoted, why } }: { readonly fee: FeeAnswer }) {
  const say = words.payouts;
  if (!quoted) return <span className="text-soft">{why}</span>;
  if (quoted.fees.every(({ amountMinor }) => amountMinor === '0')) return <span>{say.feeNone}</span>;
  return (
    <span>
      {say.feeAbout}{' '}
      {quoted.fees.map(({ assetId, assetCode, scale, amountMinor }) => (
        <Amount key={assetId} minor={amountMinor} scale={scale} code={assetCode} />
      ))}{' '}
      <span className="inline-block text-soft">
        {say.feeAsOf} <TimeOfDay atMs={quoted.askedAtMs} />
      </span>
    </span>
  );
}
