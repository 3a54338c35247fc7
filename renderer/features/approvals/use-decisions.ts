/** What an approver may do with a payout besides approving it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Payout, Queued } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { client, orpc } from '../../app/client.ts';
import { words } from '../../app/words/words.ts';
import { lookAgain } from '../payouts/use-payout-actions.ts';

export type Decision = 'reject' | 'changes' | 'withdraw';

interface Decided {
  readonly id: string;
  readonly decision: Decision;
  readonly text: string;
}

function decide({ id, decision, text }: Decided): Promise<Payout> {
  switch (decision) {
    case 'reject':
      return client.approvals.reject({ id, reason: text });
    case 'changes':
      return client.approvals.requestChanges({ id, text });
    case 'withdraw':
      return client.approvals.withdraw({ id, reason: text });
  }
}

/** `onDecided` is called although the panel that asked may have given way to the next payout by then. */
export function useDecide(onDecided: (decision: Decision) => void) {
  return useMutation({
    mutationFn: decide,
    onSuccess: (_, { decision }) => onDecided(decision),
    onSettled: lookAgain(useQueryClient()),
  });
}

export function useLiftChanges() {
  return useMutation(orpc.approvals.liftChanges.mutationOptions({ onSettled: lookAgain(useQueryClient()) }));
}

export interface MayDecide {
  readonly approve: boolean;
  readonly reject: boolean;
  readonly changes: boolean;
  readonly lift: boolean;
  readonly withdraw: boolean;
  /** Why this person does not approve it; null where they may. */
  readonly whyNot: string | null;
}

/** What this person may do with it as it stands; the engine decides again when they do. */
export function useMayDecide(payout: Queued): MayDecide {
  const me = useMe();
  const decides = hasAnyRole(me, ['approver']);
  return {
    approve: payout.canApprove,
    reject: decides,
    changes: decides && payout.changes === null,
    // Whoever asked for a change says whether it is still needed.
    lift: payout.changes?.by === me.name,
    withdraw: payout.approvals.given.some(({ staffId }) => staffId === me.staffId),
    whyNot: payout.canApprove ? null : (payout.whyNot ?? words.approvals.mayNot),
  };
}
