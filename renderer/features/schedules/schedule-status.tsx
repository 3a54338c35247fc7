import type { PayoutStatus, ScheduleStatus } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { StatusLike } from '../../ui/status.tsx';

const LIKE: Record<ScheduleStatus, PayoutStatus> = {
  pending: 'pending',
  processing: 'processing',
  processed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

export function ScheduleState({ status }: { readonly status: ScheduleStatus }) {
  return <StatusLike like={LIKE[status]} word={words.schedules.status[status]} />;
}
