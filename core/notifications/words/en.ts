/**
 * What notifications say. The title has no amount, address or secret in it: it may stand on a screen
 * that others see. What needs care to be read alone is in the text.
 */
import type { ActTerms } from '../../contract/acts.ts';
import type { AlertRule } from '../../contract/alerts.ts';
import { NOTIFICATION_TOPICS, type NotificationTopic } from '../../contract/notifications.ts';
import { RAIL_NAMES } from './rails.ts';

export interface Said {
  readonly title: string;
  readonly text: string;
}

type Facts = Readonly<Record<string, string>>;
type Say = (facts: Facts, count: number) => Said;

const of = (facts: Facts, name: string, otherwise = ''): string => facts[name] ?? otherwise;
const sentence = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');
/** `JPY` and `mint` stand as they were given; an empty one says nothing. */
const payment = (facts: Facts) => sentence(of(facts, 'amount'), of(facts, 'reference'));
const because = (facts: Facts) => sentence(payment(facts), of(facts, 'reason'));

/** Of a list that names everything there is now; an older record may say what it does not know. */
const named = (list: Readonly<Record<string, string>>, key: string): string | undefined => list[key];

const plain =
  (title: string, text: (facts: Facts) => string = () => ''): Say =>
  (facts) => ({ title, text: text(facts) });

/** One says whom it is about; several say how many they are. */
const payoutsThat =
  (one: (payee: string) => string, many: (count: number) => string, text: (facts: Facts) => string = payment): Say =>
  (facts, count) =>
    count === 1
      ? { title: one(of(facts, 'payee', 'a payee')), text: text(facts) }
      : { title: many(count), text: `The last: ${sentence(of(facts, 'payee'), text(facts))}` };

const WHERE: Readonly<Record<string, (target: string) => string>> = {
  vault: () => 'All payments are frozen',
  rail: (target) => `Payments over ${target} are frozen`,
  asset: (target) => `Payments in ${target} are frozen`,
  payee: (target) => `Payments to ${target} are frozen`,
};

const railNamed = (rail: string) => named(RAIL_NAMES, rail) ?? rail;
const railOf = (facts: Facts) => railNamed(of(facts, 'rail'));

/** What an alert is about: `rail:stripe`, `asset:stellar:testnet:USDC-G…`, `job:backup`. Its title says the rest. */
function aboutInWords(about: string): string {
  const [kind = '', ...rest] = about.split(':');
  switch (kind) {
    case 'rail':
      return railNamed(rest.join(':'));
    case 'asset':
      return (rest.at(-1) ?? '').split('-')[0] ?? '';
    case 'job':
      return rest.join(':');
    case 'mail':
      return 'Mail';
    case 'webhook':
      return 'Webhooks';
    default:
      return '';
  }
}

const ACTS: Record<ActTerms['kind'], string> = {
  resolution: 'resolving a quarantined payout',
  unfreeze: 'lifting a freeze',
  lift_fence: 'lifting the fence',
  staff_add: 'adding somebody to staff',
  staff_roles: 'changing somebody’s roles',
  staff_leave: 'ending somebody’s access',
  staff_key: 'replacing somebody’s key',
  factor_reset: 'resetting a second factor',
  policy: 'changing the approval policy',
  setting: 'changing a safeguard',
  service_account: 'changing a service account',
  recovery_key: 'a new recovery sheet',
  rail_settings: 'changing how a rail is set up',
};

const ALERTS: Record<AlertRule, string> = {
  payouts_stuck: 'Payouts are stuck in processing',
  payouts_waiting: 'Approved payouts do not start',
  failure_rate: 'Many payouts fail',
  provider_unhealthy: 'A provider does not answer as it should',
  sync_lag: 'A provider’s history has not been read for long',
  records_dead: 'Records of a provider could not be handled',
  released_elsewhere: 'A batch was released around this program',
  quarantine_ageing: 'Payouts have been quarantined for long',
  treasury_low: 'The treasury is low',
  treasury_short: 'The treasury does not cover what falls due',
  device_unhealthy: 'A payment waits for a Ledger that refuses',
  job_failing: 'A background job keeps failing',
  job_late: 'A background job does not run',
  clock_behind: 'This machine’s clock is wrong',
  backup_old: 'The last backup is old',
  outbox_stuck: 'News is not passed on',
  delivery_failing: 'Mail or webhooks do not get through',
  trust_broken: 'Records of who may do what do not verify',
};

const SAYS: Readonly<Record<string, Say>> = {
  'approvals.waiting': (_facts, count) => ({
    title: count === 1 ? 'A payout waits for your approval' : `${count} payouts wait for your approval`,
    text: '',
  }),
  'act.waiting': (facts) => ({
    title: `Your signature is asked for: ${named(ACTS, of(facts, 'act')) ?? 'an act of several people'}`,
    text: of(facts, 'who') === '' ? '' : `Signed so far by ${of(facts, 'who')}`,
  }),
  'payout.completed': payoutsThat(
    (payee) => `${payee} has been paid`,
    (count) => `${count} payouts you asked for are completed`,
  ),
  'payout.failed': payoutsThat(
    (payee) => `The payout to ${payee} has failed`,
    (count) => `${count} payouts you asked for have failed`,
    because,
  ),
  'payout.cancelled': payoutsThat(
    (payee) => `The payout to ${payee} was cancelled`,
    (count) => `${count} payouts you asked for were cancelled`,
  ),
  'payout.quarantined': payoutsThat(
    (payee) => `The payout to ${payee} is in quarantine`,
    (count) => `${count} payouts are in quarantine`,
    because,
  ),
  'payout.reversed': payoutsThat(
    (payee) => `A payment to ${payee} was taken back`,
    (count) => `${count} payments were taken back`,
  ),
  'payout.changes_requested': payoutsThat(
    (payee) => `Changes are asked for in the payout to ${payee}`,
    (count) => `Changes are asked for in ${count} payouts`,
  ),
  'payout.approvals_gone': payoutsThat(
    (payee) => `The payout to ${payee} needs its approvals anew`,
    (count) => `${count} payouts need their approvals anew`,
  ),
  'payout.blocked': payoutsThat(
    (payee) => `Nobody can approve the payout to ${payee}`,
    (count) => `Nobody can approve ${count} payouts`,
  ),
  'destination.proposed': (facts, count) => ({
    title:
      count === 1
        ? `A destination of ${of(facts, 'payee', 'a payee')} waits to be confirmed`
        : `${count} destinations wait to be confirmed`,
    text: '',
  }),
  'payee.email_changed': (facts, count) => ({
    title:
      count === 1
        ? `${of(facts, 'payee', 'A payee')} has another e-mail address`
        : `${count} payees have other e-mail addresses`,
    text: count === 1 ? '' : `The last: ${of(facts, 'payee')}`,
  }),
  'batch.needs_code': plain('A batch of payments waits for its code', railOf),
  'chain.signature_added': plain('A transaction needs more signatures'),
  'chain.failed': plain('A transaction of ours came to nothing'),
  'schedule.failed': payoutsThat(
    (payee) => `The planned payout to ${payee} could not be made`,
    (count) => `${count} planned payouts could not be made`,
    because,
  ),
  'schedule.refused': payoutsThat(
    (payee) => `The planned payout to ${payee} is tried again later`,
    (count) => `${count} planned payouts are tried again later`,
    because,
  ),
  'alert.raised': (facts) => ({
    title: named(ALERTS, of(facts, 'rule')) ?? 'Something needs attention',
    text: aboutInWords(of(facts, 'about')),
  }),
  'mail.given_up': (facts, count) => ({
    title: count === 1 ? 'A mail could not be sent' : `${count} mails could not be sent`,
    text: sentence(of(facts, 'mail'), of(facts, 'reason')),
  }),
  'webhook.given_up': (facts) => ({
    title: `Nothing gets through to ${of(facts, 'host', 'a webhook endpoint')}: it was switched off`,
    text: of(facts, 'reason'),
  }),
  'freeze.set': (facts) => ({
    title: (WHERE[of(facts, 'scope')] ?? WHERE.vault)?.(of(facts, 'target')) ?? 'Payments are frozen',
    text: sentence(of(facts, 'who'), of(facts, 'reason')),
  }),
  'freeze.lifted': plain('A freeze was lifted', (facts) => of(facts, 'target')),
  'vault.fenced': plain('The vault is fenced: it is a restored or copied one, and pays nothing'),
  'fence.lifted': plain('The fence was lifted: payments go on'),
  'recovery.begun': plain('Somebody uses the recovery sheet', () => 'Any admin can object until it takes effect.'),
  'recovery.stopped': plain('An act of the recovery sheet was stopped'),
  'trust.broken': plain(
    'Records of who may do what do not verify',
    () => 'Somebody changed them behind the program’s back.',
  ),
  'vault.failed_unlocks': plain('Somebody tried to open the vault with wrong passphrases'),
  'staff.added': (facts) => ({ title: `${of(facts, 'person', 'Somebody')} is on staff now`, text: '' }),
  'staff.left': (facts) => ({ title: `${of(facts, 'person', 'Somebody')} is no longer on staff`, text: '' }),
  'staff.roles_changed': (facts) => ({ title: `${of(facts, 'person', 'Somebody')} has other roles now`, text: '' }),
  'staff.key_replaced': (facts) => ({ title: `${of(facts, 'person', 'Somebody')} has a new key`, text: '' }),
  'service_account.changed': plain('A service account was changed', (facts) => of(facts, 'service')),
  'policy.changed': plain('A new approval policy is in force'),
  'safeguards.set': plain('A safeguard was changed'),
  'rail.settings_changed': plain('How a rail is set up was changed', railOf),
  'mail.configured': plain('How mail is sent was changed'),
  'webhook.proposed': (facts) => ({
    title: 'A new webhook endpoint waits for a second admin',
    text: sentence(of(facts, 'host'), of(facts, 'description')),
  }),
  'webhook.confirmed': (facts) => ({
    title: 'Events are sent to a new webhook endpoint',
    text: sentence(of(facts, 'host'), of(facts, 'description')),
  }),
};

/** A kind that an earlier version of the program wrote is still named. */
export function say(kind: string, facts: Facts, count: number): Said {
  return SAYS[kind]?.(facts, count) ?? { title: kind, text: '' };
}

export const KINDS_SAID: readonly string[] = Object.keys(SAYS);

const TOPICS: Record<NotificationTopic, string> = {
  tasks: 'What waits for you',
  payouts: 'Your payouts',
  plans: 'Planned payouts',
  alerts: 'Alerts',
  safety: 'Safety',
};

export const mailWords = {
  statusSubject: (vault: string, title: string, others: number) =>
    others === 0 ? `${vault}: ${title}` : `${vault}: ${title}, and ${others} more`,
  digestSubject: (vault: string, count: number) =>
    `${vault}: ${count === 1 ? 'one notice' : `${count} notices`} of today`,
  greeting: (name: string) => `Hello ${name},`,
  topics: NOTIFICATION_TOPICS.map((topic) => [topic, TOPICS[topic]] as const),
  many: (count: number) => `… and ${count} more, in Countersign`,
  footer: 'You chose to be told by mail. To change it, open Countersign, then Settings, then Notifications.',
  codeSubject: (vault: string) => `${vault}: the code for this address`,
  codeText: (code: string) =>
    `Your notices are to be mailed here. To confirm it, open Countersign, then Settings, then Notifications, and type ${code} within a day. If that was not you, leave it: nothing is mailed here.`,
  codeFooter: 'Nobody asks for this code but the window of Countersign.',
  formerSubject: (vault: string) => `${vault}: your notices no longer go to this address`,
  formerText:
    'The address that your notices go to was changed. If that was not you, tell an admin now, and lock your window.',
  formerFooter: 'This is the last message to this address.',
  testSubject: (vault: string) => `${vault}: a test message`,
  testText: 'This message was sent to see whether mail gets through. It does.',
} as const;
