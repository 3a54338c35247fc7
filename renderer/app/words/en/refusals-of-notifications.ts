import type { Said } from './refusals.ts';

/** Of mail and webhooks. */
export const ofNotifications: Readonly<Record<string, Said>> = {
  'mail.unknown': { safe: 'Nothing was sent.', next: 'Reload the list.' },
  'mail.not_configured': { safe: 'Nothing was sent.', next: 'Set up a mail server under Settings, Mail.' },
  'mail.setting': { safe: 'Nothing was changed.', next: 'Correct the setting that is named, then save again.' },
  'mail.code': { safe: 'Mail goes where it went.', next: 'Type the six digits of the latest message.' },
  'mail.nothing_asked': {
    safe: 'Mail goes where it went.',
    next: 'Give the address again; another code is mailed to it.',
  },
  'mail.state': { safe: 'Nothing was sent again.', next: 'Mail that waits goes out by itself.' },
  'webhook.unknown': { safe: 'Nothing was changed.', next: 'Reload the list: somebody may have removed it.' },
  'webhook.unknown_delivery': { safe: 'Nothing was sent.', next: 'Deliveries are kept for 30 days.' },
  'webhook.stale': { safe: 'Nothing was changed.', next: 'Look at what it is now, then decide again.' },
  'webhook.state': {
    safe: 'Nothing was changed.',
    next: 'Look at the state it is in; switch it on first if it is off.',
  },
  'webhook.address': {
    what: 'Events are not sent to that address.',
    safe: 'Nothing was registered.',
    next: 'Give a public address that begins with https:// and has no name, password or # in it.',
  },
  'webhook.own_proposal': {
    safe: 'Nothing is sent there yet.',
    next: 'Ask another admin to confirm it under Settings, Webhooks.',
  },
  'webhook.too_many': { safe: 'Nothing was registered.', next: 'Remove an endpoint that is no longer needed.' },
};
