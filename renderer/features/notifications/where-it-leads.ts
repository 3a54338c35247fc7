import type { Notification } from '../../../core/contract/index.ts';
import type { Route } from '../../app/routes.ts';

type Leads = Pick<Notification, 'kind' | 'subject' | 'count'>;

const to = (place: Route['place'], open: string | null = null, params: Route['params'] = {}): Route => ({
  place,
  open,
  params,
});

const settings = (tab: string, open: string | null = null) => to('settings', open, { tab });

/** Of several payouts, the list of those that are so now; of one, the payout itself. */
const PAYOUTS_THAT: Readonly<Record<string, string>> = {
  'payout.completed': 'completed',
  'payout.failed': 'failed',
  'payout.cancelled': 'cancelled',
  'payout.quarantined': 'quarantined',
  'payout.approvals_gone': 'pending',
  'payout.blocked': 'pending',
};

/** The record it is about, or the place where something is to be done about it. */
export function whereItLeads({ kind, subject, count }: Leads): Route {
  const at = subject.indexOf(':');
  const [what, id] = at < 0 ? [subject, null] : [subject.slice(0, at), subject.slice(at + 1)];
  switch (what) {
    case 'approvals':
      return to('approvals');
    case 'payout':
      return count > 1 && PAYOUTS_THAT[kind] ? to('payouts', null, { status: PAYOUTS_THAT[kind] }) : to('payouts', id);
    case 'schedule':
      return count > 1 ? to('schedules') : to('schedules', id);
    case 'payee':
    case 'payees':
      return count > 1 ? to('payees') : to('payees', id);
    case 'chain':
    case 'batch':
      return to('signing');
    case 'alert':
      return to('alerts', id);
    case 'mail':
      return id === null || kind === 'mail.configured' ? settings('mail') : settings('mail', id);
    case 'webhook':
      return settings('webhooks', id);
    case 'staff':
      return settings('people', id);
    case 'policy':
      return settings('policy');
    case 'service':
      return settings('services', id);
    case 'trust':
      return settings('access');
    default:
      return to('overview');
  }
}
