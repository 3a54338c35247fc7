/**
 * Which events somebody is told of: data, one row each. Who waits for whose approval or signature is
 * no row here, because it follows from how things stand and not from what happened (waiting.ts).
 */
import type { NotificationTopic } from '../contract/notifications.ts';
import type { Role } from '../contract/words.ts';

/** `requester`: whoever asked for the payout, or wrote the schedule. */
export type Audience = 'everybody' | 'requester' | Role;

export interface Rule {
  readonly events: readonly string[];
  readonly kind: string;
  readonly topic: NotificationTopic;
  readonly urgent?: true;
  readonly to: readonly Audience[];
  /** Several stand as one, while nobody has read or mailed it. */
  readonly gathers?: true;
}

const PAYOUTS: readonly Rule[] = [
  {
    events: ['payout.completed'],
    kind: 'payout.completed',
    topic: 'payouts',
    to: ['requester'],
    gathers: true,
  },
  { events: ['payout.failed'], kind: 'payout.failed', topic: 'payouts', to: ['requester'], gathers: true },
  { events: ['payout.cancelled'], kind: 'payout.cancelled', topic: 'payouts', to: ['requester'], gathers: true },
  {
    events: ['payout.quarantined'],
    kind: 'payout.quarantined',
    topic: 'payouts',
    urgent: true,
    to: ['requester', 'approver', 'controller', 'admin'],
    gathers: true,
  },
  {
    events: ['payout.reversed'],
    kind: 'payout.reversed',
    topic: 'payouts',
    urgent: true,
    to: ['requester', 'controller'],
  },
  { events: ['payout.changes_requested'], kind: 'payout.changes_requested', topic: 'tasks', to: ['requester'] },
  {
    events: ['approval.expired', 'approval.voided'],
    kind: 'payout.approvals_gone',
    topic: 'payouts',
    to: ['requester'],
    gathers: true,
  },
  {
    events: ['approval.blocked'],
    kind: 'payout.blocked',
    topic: 'tasks',
    to: ['requester', 'admin'],
    gathers: true,
  },
  {
    events: ['payee.destination_proposed'],
    kind: 'destination.proposed',
    topic: 'tasks',
    to: ['operator', 'approver'],
    gathers: true,
  },
  // What a payee is told of their payments goes there.
  {
    events: ['payee.email_changed'],
    kind: 'payee.email_changed',
    topic: 'safety',
    to: ['controller'],
    gathers: true,
  },
  {
    events: ['batch.needs_code'],
    kind: 'batch.needs_code',
    topic: 'tasks',
    urgent: true,
    to: ['signer'],
  },
  { events: ['chain.signature_added'], kind: 'chain.signature_added', topic: 'tasks', to: ['signer'] },
  { events: ['chain.failed', 'chain.expired'], kind: 'chain.failed', topic: 'payouts', to: ['signer', 'controller'] },
];

const PLANS: readonly Rule[] = [
  {
    events: ['schedule.failed'],
    kind: 'schedule.failed',
    topic: 'plans',
    urgent: true,
    to: ['requester', 'operator'],
  },
  { events: ['schedule.refused'], kind: 'schedule.refused', topic: 'plans', to: ['requester'], gathers: true },
];

const ALERTS: readonly Rule[] = [
  { events: ['alert.raised'], kind: 'alert.raised', topic: 'alerts', to: ['controller', 'admin'] },
  { events: ['mail.given_up'], kind: 'mail.given_up', topic: 'alerts', to: ['controller', 'admin'], gathers: true },
  { events: ['webhook.given_up'], kind: 'webhook.given_up', topic: 'alerts', urgent: true, to: ['admin'] },
];

const SAFETY: readonly Rule[] = [
  { events: ['freeze.set'], kind: 'freeze.set', topic: 'safety', urgent: true, to: ['everybody'] },
  { events: ['freeze.lifted'], kind: 'freeze.lifted', topic: 'safety', to: ['everybody'] },
  { events: ['vault.fenced'], kind: 'vault.fenced', topic: 'safety', urgent: true, to: ['everybody'] },
  { events: ['fence.lifted'], kind: 'fence.lifted', topic: 'safety', to: ['everybody'] },
  { events: ['access.recovery_begun'], kind: 'recovery.begun', topic: 'safety', urgent: true, to: ['everybody'] },
  { events: ['access.recovery_stopped'], kind: 'recovery.stopped', topic: 'safety', to: ['everybody'] },
  { events: ['trust.broken'], kind: 'trust.broken', topic: 'safety', urgent: true, to: ['admin', 'auditor'] },
  {
    events: ['vault.failed_unlocks'],
    kind: 'vault.failed_unlocks',
    topic: 'safety',
    urgent: true,
    to: ['admin'],
  },
  { events: ['staff.added'], kind: 'staff.added', topic: 'safety', to: ['admin'] },
  { events: ['staff.left'], kind: 'staff.left', topic: 'safety', to: ['admin'] },
  { events: ['staff.roles_changed'], kind: 'staff.roles_changed', topic: 'safety', to: ['admin'] },
  { events: ['staff.key_replaced'], kind: 'staff.key_replaced', topic: 'safety', urgent: true, to: ['admin'] },
  { events: ['service_account.changed'], kind: 'service_account.changed', topic: 'safety', to: ['admin'] },
  { events: ['policy.changed'], kind: 'policy.changed', topic: 'safety', to: ['admin', 'approver', 'controller'] },
  { events: ['safeguards.set'], kind: 'safeguards.set', topic: 'safety', to: ['admin'] },
  { events: ['rail.settings_changed'], kind: 'rail.settings_changed', topic: 'safety', to: ['admin', 'controller'] },
  { events: ['mail.configured'], kind: 'mail.configured', topic: 'safety', to: ['admin'] },
  { events: ['webhook.proposed'], kind: 'webhook.proposed', topic: 'tasks', urgent: true, to: ['admin'] },
  { events: ['webhook.confirmed'], kind: 'webhook.confirmed', topic: 'safety', to: ['admin'] },
];

export const RULES: readonly Rule[] = [...PAYOUTS, ...PLANS, ...ALERTS, ...SAFETY];

/** What is said of one subject is settled by these: nobody need read it any more. */
export const SETTLED_BY: Readonly<Record<string, readonly string[]>> = {
  'alert.cleared': ['alert.raised'],
  'batch.released': ['batch.needs_code'],
  'batch.lapsed': ['batch.needs_code'],
  'batch.unclear': ['batch.needs_code'],
  'batch.withheld': ['batch.needs_code'],
  'chain.signed': ['chain.signature_added'],
  'payout.changes_lifted': ['payout.changes_requested'],
  'payout.edited': ['payout.changes_requested'],
  'webhook.confirmed': ['webhook.proposed'],
  'webhook.removed': ['webhook.proposed'],
  'freeze.lifted': ['freeze.set'],
  'fence.lifted': ['vault.fenced'],
};
