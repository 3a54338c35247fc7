/** From a prepared statement to a signature over exactly what was shown. */
import type { Queued } from '../../../core/contract/index.ts';
import { useMe } from '../../app/access.ts';
import { useNowMs } from '../../ui/time.tsx';
import { check, readStatement } from './statement.ts';
import { useApprove, useStatement } from './use-approve.ts';
import { useSettled } from './use-settled.ts';

export function useSigning(payout: Queued, mayApprove: boolean, onApproved: () => void) {
  const me = useMe();
  const nowMs = useNowMs();
  const prepared = useStatement(payout, mayApprove);
  const approve = useApprove(onApproved);
  const text = prepared.data?.statement ?? null;
  const stated = text === null ? null : readStatement(text);
  // The clock of this desk ticks every half minute; a statement made since then is not from the future.
  const checks =
    stated && text !== null ? check(stated, { text, payout, me, nowMs: Math.max(nowMs, Date.now()) }) : null;
  const holds = checks !== null && Object.values(checks).every(Boolean) && !prepared.isFetching;
  const ready = useSettled(holds);
  return {
    prepared,
    text,
    stated,
    checks,
    ready,
    busy: approve.isPending,
    error: approve.isError && approve.variables.id === payout.id ? approve.error : null,
    sign: () => {
      if (ready && text !== null && !approve.isPending) approve.mutate({ id: payout.id, statement: text });
    },
  };
}
