import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { PAYOUT_STATUSES, type PayoutStatus } from '../../../core/contract/payouts.ts';
import { orpc } from '../../app/client.ts';
import { setParam } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { StatusShape } from '../../ui/status.tsx';
import { useWidth } from '../../ui/use-width.ts';

/** Below this there is no room for all statuses beside each other, and a list of them opens instead. */
const CHIPS_FROM_PX = 720;

const CHIP =
  'inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs whitespace-nowrap text-soft hover:bg-hover aria-pressed:bg-chosen aria-pressed:text-ink';

interface Counts {
  readonly total: string;
  of(status: PayoutStatus): string;
}

function useCounts(): Counts {
  const { data } = useQuery(orpc.desk.overview.queryOptions());
  const counts = new Map(data?.byStatus.map(({ status, count }) => [status, count]));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    total: data ? total.toLocaleString() : '',
    of: (status) => counts.get(status)?.toLocaleString() ?? '',
  };
}

export function StatusFilter({ chosen }: { readonly chosen: PayoutStatus | undefined }) {
  const counts = useCounts();
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const choose = (status: string) => setParam('status', status);
  return (
    <div ref={room} className="min-w-0 flex-1">
      {width >= CHIPS_FROM_PX ? (
        <fieldset className="flex gap-0.5" aria-label={words.payouts.filter}>
          <button type="button" aria-pressed={chosen === undefined} onClick={() => choose('')} className={CHIP}>
            {words.payouts.all} <span className="tabular text-faint">{counts.total}</span>
          </button>
          {PAYOUT_STATUSES.map((status) => (
            <button
              key={status}
              type="button"
              aria-pressed={chosen === status}
              onClick={() => choose(chosen === status ? '' : status)}
              className={CHIP}
            >
              <StatusShape status={status} />
              {words.status[status]}
              <span className="tabular text-faint">{counts.of(status)}</span>
            </button>
          ))}
        </fieldset>
      ) : (
        <select
          aria-label={words.payouts.filter}
          value={chosen ?? ''}
          onChange={(event) => choose(event.target.value)}
          className="h-7 max-w-full rounded-md border border-line bg-raised px-2 text-xs text-ink"
        >
          <option value="">
            {words.payouts.all} {counts.total}
          </option>
          {PAYOUT_STATUSES.map((status) => (
            <option key={status} value={status}>
              {words.status[status]} {counts.of(status)}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
