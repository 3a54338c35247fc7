import type { ReactNode } from 'react';
import type { Queued } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import type { BulkPlan } from './bulk-plan.ts';

const say = words.bulk;
/** More than anybody reads one by one; the rest is counted. */
const LINES_MAX = 40;

interface LinesProps {
  readonly payouts: readonly Queued[];
  readonly noteOf?: (payout: Queued) => ReactNode;
  readonly onOpen: (id: string) => void;
}

/** A payout a line; each leads to its own panel. */
export function PayoutLines({ payouts, noteOf, onOpen }: LinesProps) {
  return (
    <ul className="flex flex-col">
      {payouts.slice(0, LINES_MAX).map((payout) => (
        <li key={payout.id} className="border-b border-line last:border-0">
          <button
            type="button"
            onClick={() => onOpen(payout.id)}
            className="-mx-2 flex w-[calc(100%+1rem)] flex-col rounded px-2 py-1.5 text-left hover:bg-hover"
          >
            <span className="flex w-full items-baseline justify-between gap-3">
              <span className="min-w-0 truncate">
                <span className="font-medium">{payout.payee.name}</span>{' '}
                <span className="text-faint">{payout.reference}</span>
              </span>
              <Amount minor={payout.amountMinor} scale={payout.scale} code={payout.assetCode} />
            </span>
            {noteOf ? <span className="text-xs text-soft">{noteOf(payout)}</span> : null}
          </button>
        </li>
      ))}
    </ul>
  );
}

function noteOfFlags({ flags }: Queued): string {
  return flags.map(({ code, note }) => `${words.approvals.flags[code]}: ${note}`).join(' · ');
}

interface Props {
  readonly plan: BulkPlan;
  readonly onOpen: (id: string) => void;
  readonly onLeaveOutOdd: () => void;
}

export function BulkSummary({ plan, onOpen, onLeaveOutOdd }: Props) {
  const { totals, odd, leftOut, toSign } = plan;
  return (
    <>
      {toSign.length === 0 ? <p className="font-medium text-amber">{say.none}</p> : null}
      {totals.length > 0 ? (
        <Section title={say.totals}>
          <ul className="flex flex-col gap-1.5">
            {totals.map(({ assetId, assetCode, scale, count, payees, amountMinor }) => (
              <li key={assetId} className="flex items-baseline justify-between gap-3">
                <span className="text-soft">
                  {count.toLocaleString()} {say.payees(payees)}
                </span>
                <span className="text-lg font-semibold">
                  <Amount minor={amountMinor.toString()} scale={scale} code={assetCode} />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {toSign.length > 0 ? (
        <Section
          title={say.odd}
          action={
            odd.length > 0 ? (
              <Button kind="quiet" className="h-6 px-2 text-xs" onClick={onLeaveOutOdd}>
                {say.leaveOutOdd}
              </Button>
            ) : undefined
          }
        >
          {odd.length === 0 ? <p className="text-soft">{say.oddNone}</p> : null}
          <PayoutLines payouts={odd} noteOf={noteOfFlags} onOpen={onOpen} />
          {odd.length > LINES_MAX ? <p className="text-soft">{say.oddMore(odd.length - LINES_MAX)}</p> : null}
        </Section>
      ) : null}
      {totals.length > 0 ? (
        <Section title={say.largest}>
          <PayoutLines payouts={totals.flatMap(({ largest }) => largest)} onOpen={onOpen} />
        </Section>
      ) : null}
      {leftOut.length > 0 ? (
        <Section title={`${say.cannot} · ${leftOut.length.toLocaleString()}`}>
          <ul className="flex flex-col gap-1">
            {leftOut.slice(0, LINES_MAX).map(({ id, payee, why }) => (
              <li key={id}>
                <span className="font-medium">{payee}</span> <span className="text-soft">{why}</span>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}
