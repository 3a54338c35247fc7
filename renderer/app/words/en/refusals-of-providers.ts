import type { Said } from './refusals.ts';

const AS_IT_WAS = 'Nothing was kept; what was in force still is.';
const PLACE = 'Settings → Providers';

/** Of the accounts at providers. Why a key was refused, the refusal itself says. */
export const ofProviders: Readonly<Record<string, Said>> = {
  'provider.not_set_up': { safe: 'Nothing was asked or paid.', next: `An admin sets it up under ${PLACE}.` },
  'provider.key_refused': {
    safe: AS_IT_WAS,
    next: 'Copy the key again from the provider’s own pages, and look whether it is of the right account and mode.',
  },
  'provider.unreachable': {
    safe: 'Nothing was changed. Payments under way are looked up once it answers.',
    next: 'Try again in a moment. If it stays, look at the provider’s status page and at the address that is set.',
    nextFrom: (time) => `It asked to be left alone until ${time}. Try again then.`,
  },
  'provider.other_account': {
    safe: AS_IT_WAS,
    next: `Use a key of the account that is remembered, or release that account first under ${PLACE}.`,
  },
  'provider.payments_under_way': {
    safe: 'The account is remembered as before, and its payments are looked up as before.',
    next: 'Wait until they are completed and settled, resolve those that are quarantined, then try again.',
  },
  'provider.no_account': { safe: 'There was nothing to forget.', next: 'Enter keys: their account is remembered.' },
  'provider.webhook_refused': {
    safe: 'Nothing of it was believed.',
    next: `Look whether the signing secret under ${PLACE} is the one of this endpoint.`,
  },
};
