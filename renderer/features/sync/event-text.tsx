import type { EventOutcome, PayoutStatus, ProviderEvent } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { StatusLike } from '../../ui/status.tsx';

const say = words.sync;

/** Drawn as the state of a payout that it is like. */
const LIKE: Readonly<Record<EventOutcome, PayoutStatus>> = {
  stored: 'processing',
  settled: 'completed',
  noted: 'cancelled',
  unmatched: 'cancelled',
  set_aside: 'quarantined',
  quarantined: 'quarantined',
  waits: 'pending',
  retrying: 'pending',
  dead: 'failed',
};

export function Outcome({ outcome }: { readonly outcome: EventOutcome }) {
  return <StatusLike like={LIKE[outcome]} word={say.outcome[outcome]} />;
}

/** What the record says happened, in a word. */
export function whatItSays({ kind, status }: Pick<ProviderEvent, 'kind' | 'status'>): string {
  if (status === null || status === 'unknown') return say.notUnderstood;
  return kind === 'reversal' ? say.cameBack : say.status[status];
}
