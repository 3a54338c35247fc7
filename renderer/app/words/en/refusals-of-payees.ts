/** Refusals about payees, destinations and royalty statements. */
import type { Said } from './refusals.ts';

export const ofPayees: Readonly<Record<string, Said>> = {
  'payee.reference_taken': {
    safe: 'Nothing was added.',
    next: 'Search for that reference; the payee may exist already.',
  },
  'payee.closed': {
    safe: 'Nothing was changed and nothing is paid.',
    next: 'Open the payee again first, if that is right.',
  },
  'payee.not_closed': { safe: 'Nothing was changed.', next: 'Somebody has opened the payee already.' },
  'payee.stale': {
    what: 'Somebody was first: the payee has changed since you saw it.',
    safe: 'Your change was not made; the other one stands.',
    next: 'Look at the payee as it is now, then change it again if it is still needed.',
  },
  'payee.name_signed': {
    safe: 'The name stays as it was signed.',
    next: 'Finish or cancel the payouts under way to this payee, then change the name.',
  },
  'destination.invalid': {
    safe: 'Nothing was added.',
    next: 'Ask the payee for the address again and paste it in full.',
  },
  'destination.exists': {
    safe: 'Nothing was added.',
    next: 'Use the one that is there; it may still wait for confirmation.',
  },
  'destination.not_confirmed': {
    safe: 'Nothing was paid.',
    next: 'Have a second person confirm the destination.',
  },
  'destination.not_proposed': {
    what: 'One of these does not wait for confirmation any more.',
    safe: 'None of them was confirmed by you.',
    next: 'Somebody else may have been first. Look at the list as it is now.',
  },
  'destination.own_proposal': {
    what: 'You proposed this destination, so somebody else has to confirm it.',
    safe: 'Nothing was confirmed.',
    next: 'Ask a colleague who is an operator or approver.',
  },
  'destination.retired': { safe: 'Nothing was changed.', next: 'Choose or propose another destination.' },
  'destination.cooling_off': { safe: 'The payout waits as it is.', next: 'It goes on when the rest is over.' },
  'federation.unresolved': { safe: 'Nothing was added.', next: 'Check the name, or use the address itself.' },
  'screening.hit': {
    safe: 'Nothing was paid.',
    next: 'Look at the entry of the list at the payee, and ask whoever looks after compliance.',
  },
  'screening.unavailable': {
    safe: 'Nothing was paid.',
    next: 'Put the deny-list file in its place, then screen everybody again.',
  },
  'screening.off': { safe: 'Nobody was looked up.', next: 'An admin can switch screening on in the safeguards.' },
  'statement.reference_taken': {
    safe: 'Nothing was entered.',
    next: 'Search for that reference. One that was deleted keeps its reference for ever.',
  },
  'statement.total': { safe: 'Nothing was entered.', next: 'Compare the lines with the statement, line by line.' },
  'statement.period': { safe: 'Nothing was entered.', next: 'Check both days of the period.' },
  'statement.exceeded': {
    safe: 'Nothing was requested.',
    next: 'Look at the statement: other payouts have asked for part of it.',
  },
  'rail.unknown': { safe: 'Nothing was added.', next: 'Choose a rail that this vault pays over.' },
};
