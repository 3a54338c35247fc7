import type { Said } from './refusals.ts';

const UNSIGNED = 'Nothing was signed.';

export const ofDevices: Readonly<Record<string, Said>> = {
  'device.unplugged': { safe: UNSIGNED, next: 'Plug the Ledger in, unlock it, and open its Stellar app.' },
  'device.forbidden': {
    safe: UNSIGNED,
    next: 'Ask whoever looks after this computer to let you use the Ledger, then plug it in again.',
  },
  'device.locked': { safe: UNSIGNED, next: 'Enter the PIN on the Ledger, then start again.' },
  'device.wrong_app': { safe: UNSIGNED, next: 'Leave the app that is open on the Ledger and open Stellar.' },
  'device.asleep': {
    safe: UNSIGNED,
    next: 'Press a button of the Ledger, decide what it still shows, then start again.',
  },
  'device.rejected': {
    safe: 'Nothing was signed and nothing will be sent.',
    next: 'If that was a mistake, start the review again. If something on it was wrong, tell an approver.',
  },
  'device.timeout': { safe: 'No signature was taken.', next: 'Reject what the Ledger still shows, then start again.' },
  'device.stopped': {
    safe: 'No signature was taken.',
    next: 'Reject what the Ledger still shows. Start again when it is to be signed after all.',
  },
  'device.busy': {
    safe: UNSIGNED,
    next: 'Finish or reject what the other window began, and close other wallet programs.',
  },
  'device.too_large': { safe: UNSIGNED, next: 'Build smaller batches for this Ledger.' },
  'device.not_understood': {
    safe: UNSIGNED,
    next: 'Update the Stellar app with Ledger’s own program, or build smaller batches.',
  },
  'device.blind_signing_off': {
    safe: UNSIGNED,
    next: 'Only if the policy is meant to allow it: switch blind signing on in the Stellar app’s settings.',
  },
  'device.blind_signing_refused': {
    safe: UNSIGNED,
    next: 'Pay in a way that the Ledger can show, or have a policy name this contract.',
  },
  'device.path_refused': { safe: UNSIGNED, next: 'Choose a path of three parts like 44’/148’/0’, each hardened.' },
  'device.other_key': { safe: UNSIGNED, next: 'Connect the Ledger that holds the key, or choose the right path.' },
  'device.bad_signature': {
    safe: 'The signature was thrown away; nothing will be sent.',
    next: 'Do not sign again with this Ledger or on this computer before somebody has found out why.',
  },
  'device.unknown_status': {
    safe: 'No signature was taken.',
    next: 'Unplug the Ledger, plug it in again, and try once more. Note the number if it comes again.',
  },
  'transaction.malformed': {
    safe: 'Nothing was taken over.',
    next: 'Copy the whole text again, from its first letter to its last.',
  },
  'transaction.too_large': { safe: 'Nothing was read.', next: 'Check that it is a transaction and nothing else.' },
};
