import type { EscrowStatus, PayoutStatus } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { StatusLike } from '../../ui/status.tsx';

const LIKE: Record<EscrowStatus, PayoutStatus> = { active: 'pending', released: 'completed', cancelled: 'cancelled' };

export function HoldState({ status }: { readonly status: EscrowStatus }) {
  return <StatusLike like={LIKE[status]} word={words.holds.status[status]} />;
}
