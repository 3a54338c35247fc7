/** What an alert says to people, and where they see what it is about. */
import type { AlertFacts } from '../../../core/contract/index.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';

export interface AlertWords {
  readonly title: string;
  readonly cause: string;
  /** In the words of somebody else, where there are any. */
  readonly told: string | null;
  readonly safe: string;
  readonly next: string;
  /** Null where there is nothing to open. */
  readonly link: { readonly label: string; readonly href: string } | null;
}

const say = words.alerts.rules;
const look = words.alerts.look;

const jobLink = (job: string) => ({ label: look.jobs, href: hrefOf('jobs', job) });

export function sayAlert(facts: AlertFacts): AlertWords {
  switch (facts.rule) {
    case 'payouts_stuck':
    case 'payouts_waiting':
    case 'quarantine_ageing':
    case 'failure_rate':
      return ofPayouts(facts);
    case 'provider_unhealthy':
    case 'sync_lag':
    case 'records_dead':
    case 'released_elsewhere':
      return ofRail(facts);
    case 'treasury_low':
    case 'treasury_short':
      return ofTreasury(facts);
    default:
      return ofMachinery(facts);
  }
}

type Of<Rule extends AlertFacts['rule']> = Extract<AlertFacts, { rule: Rule }>;
type RailRule = 'provider_unhealthy' | 'sync_lag' | 'records_dead' | 'released_elsewhere';

const STATUS = {
  payouts_stuck: 'processing',
  payouts_waiting: 'approved',
  quarantine_ageing: 'quarantined',
  failure_rate: 'failed',
} as const;

function ofPayouts(facts: Of<keyof typeof STATUS>): AlertWords {
  const { safe, next, title } = say[facts.rule];
  const link = {
    label: look.payouts,
    href: hrefOf('payouts', null, { status: STATUS[facts.rule], rail: facts.rail }),
  };
  return { title: title(words.rails[facts.rail]), cause: causeOf(facts), told: null, safe, next, link };
}

function causeOf(facts: Of<keyof typeof STATUS>): string {
  switch (facts.rule) {
    case 'payouts_stuck':
      return say.payouts_stuck.cause(facts.payouts, facts.longerThanMinutes);
    case 'failure_rate':
      return say.failure_rate.cause(facts.failed, facts.outcomes, facts.percent);
    default:
      return say[facts.rule].cause(facts.payouts, facts.longerThanHours);
  }
}

function ofRail(facts: Of<RailRule>): AlertWords {
  const rail = words.rails[facts.rail];
  const link = { label: look.sync, href: hrefOf('sync', facts.rail) };
  switch (facts.rule) {
    case 'provider_unhealthy': {
      const { title, cause, safe, next, said } = say.provider_unhealthy;
      return { title: title(rail), cause, told: facts.error && said(facts.error), safe, next, link };
    }
    case 'sync_lag': {
      const { title, cause, paused, safe, next, nextPaused } = say.sync_lag;
      const because = facts.paused ? { cause: paused, next: nextPaused } : { cause, next };
      return { title: title(rail), ...because, told: null, safe, link };
    }
    case 'released_elsewhere': {
      const { title, cause, safe, next } = say.released_elsewhere;
      const batches = { label: look.signing, href: hrefOf('signing') };
      return {
        title: title(rail),
        cause: cause(facts.batches, facts.reference),
        told: null,
        safe,
        next,
        link: batches,
      };
    }
    case 'records_dead': {
      const { title, cause, safe, next } = say.records_dead;
      const dead = { label: look.records, href: hrefOf('sync', null, { rail: facts.rail, outcome: 'dead' }) };
      return { title: title(rail), cause: cause(facts.records), told: null, safe, next, link: dead };
    }
  }
}

/** An amount in a sentence: its groups and its asset stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll('\u2009', '\u2060\u2009\u2060').replaceAll(' ', '\u00a0');
}

function ofTreasury(facts: Of<'treasury_low' | 'treasury_short'>): AlertWords {
  const { title, safe, next } = say[facts.rule];
  const amount = (minor: string) => unbroken(`${amountText(minorOf(minor), facts.scale)} ${facts.assetCode}`);
  const available = amount(facts.availableMinor);
  const cause =
    facts.rule === 'treasury_low'
      ? say.treasury_low.cause(available, amount(facts.floorMinor))
      : say.treasury_short.cause(available, amount(facts.dueMinor), facts.days);
  const link = { label: look.overview, href: hrefOf('overview') };
  return { title: title(facts.assetCode), cause, told: null, safe, next, link };
}

function ofMachinery(
  facts: Exclude<AlertFacts, Of<keyof typeof STATUS> | Of<RailRule> | Of<'treasury_low' | 'treasury_short'>>,
): AlertWords {
  const { safe, next } = say[facts.rule];
  const rest = { told: null, safe, next };
  switch (facts.rule) {
    case 'device_unhealthy': {
      const { title, cause } = say.device_unhealthy;
      const told = words.refusals.told[facts.code]?.what ?? null;
      return {
        ...rest,
        title,
        cause: cause(facts.payments),
        told,
        link: { label: look.signing, href: hrefOf('signing') },
      };
    }
    case 'job_failing': {
      const { title, cause } = say.job_failing;
      return {
        ...rest,
        title: title(facts.job),
        cause: cause(facts.failures, facts.summary),
        link: jobLink(facts.job),
      };
    }
    case 'job_late':
      return { ...rest, title: say.job_late.title(facts.job), cause: say.job_late.cause, link: jobLink(facts.job) };
    case 'clock_behind':
      return { ...rest, title: say.clock_behind.title, cause: say.clock_behind.cause(facts.behindMinutes), link: null };
    case 'backup_old': {
      const { title, cause, none } = say.backup_old;
      const link = { label: look.backups, href: hrefOf('settings', null, { tab: 'vault' }) };
      return { ...rest, title, cause: facts.lastAtMs === null ? none : cause, link };
    }
    case 'outbox_stuck': {
      const { title, cause } = say.outbox_stuck;
      return { ...rest, title, cause: cause(facts.follower), link: jobLink('notify') };
    }
    case 'delivery_failing': {
      const { title, cause, said } = say.delivery_failing;
      return {
        ...rest,
        title: title[facts.channel],
        cause: cause(facts.waiting, facts.to),
        told: facts.error && said(facts.error),
        link: {
          label: look.delivery,
          href: hrefOf('settings', null, { tab: facts.channel === 'mail' ? 'mail' : 'webhooks' }),
        },
      };
    }
    case 'trust_broken': {
      const { title, cause } = say.trust_broken;
      const link = { label: look.access, href: hrefOf('settings', null, { tab: 'access' }) };
      return { ...rest, title, cause: cause(facts.problems), link };
    }
  }
}
