import type { CampaignStatus, PayoutStatus } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { StatusLike } from '../../ui/status.tsx';

const LIKE: Record<CampaignStatus, PayoutStatus> = {
  draft: 'pending',
  active: 'processing',
  paused: 'quarantined',
  completed: 'completed',
  expired: 'cancelled',
};

export function CampaignState({ status }: { readonly status: CampaignStatus }) {
  return <StatusLike like={LIKE[status]} word={words.campaigns.status[status]} />;
}
