import type { ProviderBatchDetail } from '../../../core/contract/index.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Status } from '../../ui/status.tsx';

const say = words.batches;

interface Props {
  readonly payments: ProviderBatchDetail['paid'];
  /** Whether a code would still release them. */
  readonly waits: boolean;
}

/** Every payment with the whole address that it goes to. */
export function BatchPayments({ payments, waits }: Props) {
  return (
    <section aria-label={waits ? say.payments : say.paymentsOver}>
      <h3 className="px-5 pt-3 pb-1 text-xs font-semibold text-soft">{waits ? say.payments : say.paymentsOver}</h3>
      <ol className="flex flex-col">
        {payments.map((payment, at) => (
          <li
            key={payment.payoutId}
            className="grid grid-cols-[1.5rem_minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-0.5 border-b border-line px-5 py-2 last:border-0"
          >
            <span className="tabular text-xs text-faint">{at + 1}</span>
            <a
              href={hrefOf('payouts', payment.payoutId)}
              className="min-w-0 font-medium break-words hover:underline @max-[26rem]:col-span-2"
            >
              {payment.payee} <span className="font-normal text-soft">{payment.reference}</span>
            </a>
            <span className="@max-[26rem]:col-span-2 @max-[26rem]:col-start-2">
              <Amount minor={payment.amountMinor} scale={payment.scale} code={payment.assetCode} />
            </span>
            <div className="col-span-2 col-start-2 flex items-start justify-between gap-3">
              <div className="min-w-0">
                <FullAddress address={payment.address} />
                {payment.extraId === null ? null : (
                  <span className="font-mono text-xs text-soft">{say.extraId(payment.extraId)}</span>
                )}
              </div>
              {/* While it waits for its code nothing else can be said of most of them. */}
              {waits && payment.status === 'processing' ? null : (
                <span className="text-xs">
                  <Status status={payment.status} />
                </span>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
