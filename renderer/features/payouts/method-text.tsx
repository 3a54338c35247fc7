import type { PaymentMethod } from '../../../core/contract/policy-terms.ts';
import { words } from '../../app/words/words.ts';

import { DAY_S } from './ways.ts';

const HOUR_S = 60 * 60;

/** Days where it comes to whole ones: what is signed is shown as it is, and not about as it is. */
export function spanText(seconds: number): string {
  if (seconds % DAY_S === 0) return words.payouts.days(seconds / DAY_S);
  if (seconds % HOUR_S === 0) return words.payouts.hours(seconds / HOUR_S);
  return words.payouts.seconds(seconds);
}

/** How it is paid; of another way than an ordinary payment, also what that means. */
export function MethodText({
  method,
  reclaimAfterS,
}: {
  readonly method: PaymentMethod;
  readonly reclaimAfterS: number | null;
}) {
  return (
    <>
      {words.payouts.methods[method]}
      {method === 'payment' ? null : <span className="block text-soft">{words.payouts.methodMeans[method]}</span>}
      {reclaimAfterS === null ? null : (
        <span className="block text-soft">{words.payouts.reclaimAfter(spanText(reclaimAfterS))}</span>
      )}
    </>
  );
}
