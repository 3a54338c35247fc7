import type { Said } from './refusals.ts';

const NOTHING_SENT = 'Nothing was signed or sent.';
const AS_IT_WAS = 'Nothing was set; what was in force still is.';
const STILL_THERE = 'The transaction is as it was, and is looked for as before.';

/** Of transactions that are built here, and of how rails are set up. */
export const ofChain: Readonly<Record<string, Said>> = {
  'chain.unknown': { safe: NOTHING_SENT, next: 'Go back to the list: it may be on another network.' },
  'chain.not_configured': { safe: NOTHING_SENT, next: 'An admin sets it up under Settings → Stellar.' },
  'chain.setting': {
    safe: AS_IT_WAS,
    next: 'Correct the setting it names, or set those that belong together at once.',
  },
  'chain.unreachable': {
    safe: 'Nothing was changed here. What was sent before is looked for again by itself.',
    next: 'Try again in a moment. If it stays, look at the addresses under Settings → Stellar.',
  },
  'chain.in_flight': {
    safe: NOTHING_SENT,
    next: 'Finish, discard or wait for the one that is open; then build the next.',
  },
  'chain.nothing_to_build': {
    safe: NOTHING_SENT,
    next: 'Look at Payouts: what is approved may be held back, and says why.',
  },
  'chain.nothing_payable': {
    safe: NOTHING_SENT,
    next: 'Look at what stands in the way of the first of them, and deal with it there.',
  },
  'claim.unknown': { safe: NOTHING_SENT, next: 'Look at the payout: it says how it was paid.' },
  'claim.over': { safe: NOTHING_SENT, next: 'Look at the payout: it says who has the money.' },
  'claim.other_source': {
    safe: NOTHING_SENT,
    next: 'An admin sets the account that paid it under Settings → Stellar; then it can be taken back.',
  },
  'claim.too_early': { safe: NOTHING_SENT, next: 'Wait until the payee’s time is over; the payout says when.' },
  'chain.fee_above_maximum': {
    safe: NOTHING_SENT,
    next: 'Wait until the network asks for less, or let an admin allow more under Settings → Stellar.',
  },
  'chain.state': { safe: STILL_THERE, next: 'Look at its state again: somebody, or the program, went on with it.' },
  'chain.method': {
    safe: NOTHING_SENT,
    next: 'Correct PAYOUT_METHOD_NAME under Settings → Stellar, or pay these payouts another way.',
  },
  'contract.not_configured': {
    safe: NOTHING_SENT,
    next: 'An admin sets PAYOUT_CONTRACT_ID under Settings → Stellar, or the payout is paid another way.',
  },
  'contract.no_simulation': {
    safe: NOTHING_SENT,
    next: 'An admin sets SOROBAN_RPC_URL under Settings → Stellar, or the payouts are paid another way.',
  },
  'contract.missing': {
    safe: NOTHING_SENT,
    next: 'Compare PAYOUT_CONTRACT_ID and the network under Settings → Stellar with what the contract’s makers say.',
  },
  'contract.arguments': {
    safe: NOTHING_SENT,
    next: 'Describe the method’s arguments under Settings → Stellar as its makers do, in their order.',
  },
  'contract.refused': {
    safe: NOTHING_SENT,
    next: 'Open the next transaction: it says, in the contract’s own words, whom it does not pay.',
  },
  'contract.archived': {
    safe: NOTHING_SENT,
    next: 'Ask whoever runs the contract to restore it, or pay these payouts another way.',
  },
  'contract.other_auth': {
    safe: 'Nothing was signed, and nothing can be.',
    next: 'Do not sign it anywhere else. Ask whoever makes the contract what it wants that for.',
  },
  'contract.does_not_pay': {
    safe: NOTHING_SENT,
    next: 'Do not use this contract before its makers have said why the amounts are others.',
  },
  'contract.too_large': {
    safe: NOTHING_SENT,
    next: 'Have it signed by something that takes more, or pay these payouts another way.',
  },
  'contract.blind_signing': {
    safe: NOTHING_SENT,
    next: 'Use app version 5, another signer, or have admins name the contract in the policy.',
  },
  'contract.simulation_changed': {
    safe: 'Nothing was signed. The one before can be signed no more.',
    next: 'Read the transaction that was built in its place, then sign that.',
  },
  'chain.time_over': {
    safe: 'No ledger takes it any more.',
    next: 'Look for it once more; then its payouts go into the next one.',
  },
  'chain.differs': {
    safe: 'Nothing was signed, and nothing can be.',
    next: 'Do not sign it anywhere else. Tell an admin, and keep the vault as it is.',
  },
  'chain.unproven': {
    safe: 'Nothing was signed or sent of it by this program.',
    next: 'Open the payout that is named: it waits for people, or for new approvals. Discard the transaction, or wait for its end.',
  },
  'chain.not_discardable': { safe: STILL_THERE, next: 'Have it signed, or wait for the end of its time.' },
  'chain.too_late_to_bump': { safe: STILL_THERE, next: 'There is nothing to outbid: look at its state again.' },
  'chain.hot_key_cap': { safe: NOTHING_SENT, next: 'Wait until the day’s sum is less, or have it signed on a device.' },
  'chain.hot_key_refused': {
    safe: NOTHING_SENT,
    next: 'Add the hot key to the signers of the account, or set another one.',
  },
  'chain.bump_unsigned': {
    safe: STILL_THERE,
    next: 'Add the key to the signers of the fee account, or set another one.',
  },
  'chain.fee_account_missing': {
    safe: STILL_THERE,
    next: 'Fund the fee account on this network, or correct it under Settings → Stellar.',
  },
  'chain.fee_account_poor': { safe: STILL_THERE, next: 'Send XLM to the fee account, or let the source account pay.' },
  'chain.fee_cap': {
    safe: STILL_THERE,
    next: 'Let the source account pay, wait for tomorrow, or raise the cap under Settings → Stellar.',
  },
  'rail.build_only': {
    safe: NOTHING_SENT,
    next: 'Give its XDR out, or switch live execution on under Settings → Stellar.',
  },
  'rail.setting': { safe: AS_IT_WAS, next: 'Correct the one it names.' },
  'rail.setting_unknown': { safe: AS_IT_WAS, next: 'Choose one of those that are shown.' },
  'rail.setting_twice': { safe: AS_IT_WAS, next: 'Ask for each change once.' },
  'rail.secret_in_force': { safe: AS_IT_WAS, next: 'Nothing has to be done.' },
  'rail.secret_unknown': { safe: AS_IT_WAS, next: 'Look again: somebody may have withdrawn it.' },
  'rail.too_many_secrets': { safe: AS_IT_WAS, next: 'Withdraw those that nothing uses any more.' },
  'rail.secret_missing': {
    safe: 'It was not used, and nothing was set.',
    next: 'Enter the secret anew, and have it signed for within three days.',
  },
  'rail.secret_altered': {
    safe: 'It was not used: nothing is paid with it.',
    next: 'Somebody has edited the database. Take a backup as it is, tell whoever looks after the vault, and replace the secret.',
  },
  'transaction.other': {
    safe: 'Nothing of it was taken over.',
    next: 'Sign the very transaction that is shown here. If somebody sent you another, ask them why.',
  },
  'transaction.wrong_signer': {
    safe: 'None of its signatures was taken.',
    next: 'Have it signed by one of the signers shown here.',
  },
  'transaction.unsigned': { safe: 'Nothing was taken over.', next: 'Sign it first, then bring it back.' },
  'transaction.too_few_signatures': { safe: 'The signatures it has are kept.', next: 'Pass it on to the next signer.' },
};
