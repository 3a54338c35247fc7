import { ofAccess } from './refusals-of-access.ts';
import { ofAudit } from './refusals-of-audit.ts';
import { ofBatches } from './refusals-of-batches.ts';
import { ofCampaigns } from './refusals-of-campaigns.ts';
import { ofChain } from './refusals-of-chain.ts';
import { ofDevices } from './refusals-of-devices.ts';
import { ofImports } from './refusals-of-imports.ts';
import { ofNotifications } from './refusals-of-notifications.ts';
import { ofPayees } from './refusals-of-payees.ts';
import { ofProviders } from './refusals-of-providers.ts';
import { ofSchedules } from './refusals-of-schedules.ts';
import { ofSync } from './refusals-of-sync.ts';

/** For each failure: what happened, what is safe, what to do. Codes come from the contract. */
export interface Said {
  readonly what?: string;
  readonly safe?: string;
  readonly next?: string;
  /** Instead of the last, where the refusal says until when to wait. */
  readonly nextFrom?: (time: string) => string;
}

const told: Readonly<Record<string, Said>> = {
  ...ofAudit,
  ...ofBatches,
  ...ofCampaigns,
  ...ofChain,
  ...ofDevices,
  ...ofImports,
  ...ofNotifications,
  ...ofPayees,
  ...ofProviders,
  ...ofSchedules,
  ...ofSync,
  ...ofAccess,
  'connection.lost': {
    what: 'The connection to the engine broke.',
    safe: 'What was committed is kept. Whether this last step was done is not known here.',
    next: 'Wait until the engine is ready again, look whether it was done, and only then repeat it.',
  },
  'engine.restarted': {
    what: 'The engine stopped and was started again.',
    safe: 'What was committed is kept. An unfinished step left nothing behind.',
    next: 'Look whether the last step was done, then repeat it if it was not.',
  },
  'engine.stopping': { safe: 'Nothing new was started.', next: 'Start Countersign again.' },
  'launch.refused': {
    what: 'This browser has not been let in.',
    safe: 'The vault was not touched.',
    next: 'Open the full address that was printed when the server started, with everything behind the #.',
  },
  'session.refused': {
    what: 'That name and passphrase do not belong together here.',
    safe: 'Nothing was opened. The attempt is recorded.',
    next: 'Check the spelling of your name, the keyboard layout and Caps Lock, then try again.',
  },
  'session.slowed': {
    what: 'Too many failed attempts; sign-in is slowed down.',
    safe: 'The vault stays closed to everybody who guesses.',
    next: 'Wait a minute, then try again.',
  },
  'session.required': { what: 'You are not signed in any more.', safe: 'Nothing was changed.', next: 'Sign in again.' },
  'access.forbidden': {
    what: 'Your roles do not allow this.',
    safe: 'Nothing was changed. The attempt is recorded.',
    next: 'Ask somebody with that role, or an admin to give it to you.',
  },
  'access.name_taken': { safe: 'Nobody was added.', next: 'Choose a name that tells the two apart.' },
  'vault.locked': { what: 'The vault is closed.', safe: 'What was committed is kept.', next: 'Unlock it again.' },
  'vault.exists': { safe: 'The vault that is there was not touched.', next: 'Choose another name, or open that one.' },
  'vault.missing': { safe: 'Nothing was changed.', next: 'Check that the disk with the vault is connected.' },
  'vault.wrong_passphrase': {
    what: 'That passphrase does not open this vault.',
    safe: 'The vault was not changed.',
    next: 'Check the keyboard layout and Caps Lock. When it is lost, somebody else on staff can open the vault; the recovery code saves its content with the countersign command.',
  },
  'vault.damaged': {
    what: 'The vault file is damaged.',
    safe: 'It was not written to, and its backups are separate files.',
    next: 'Keep the file, then restore a backup.',
  },
  'vault.newer': {
    safe: 'The vault was not changed.',
    next: 'Update Countersign on this machine, then open it again.',
  },
  'vault.in_use': {
    what: 'Another program has this vault open.',
    safe: 'Neither of you can damage it.',
    next: 'Close it there, or work in that window.',
  },
  'vault.fenced': {
    safe: 'Everything can be read.',
    next: 'Two people lift the fence once history has been compared.',
  },
  'vault.own_folder': {
    safe: 'The sandbox was not opened.',
    next: 'Remove that folder, or set TMPDIR to one of your own.',
  },
  'vault.unsupported': { safe: 'Nothing was changed.', next: 'Use the database’s own tools for this.' },
  'payout.stale': {
    what: 'Somebody was first: the payout has changed since you saw it.',
    safe: 'Your step was not taken; the other one stands.',
    next: 'Look at it as it is now.',
  },
  'payout.amount': { safe: 'Nothing was requested.', next: 'Check the amount and the smallest amount of this asset.' },
  'payout.idempotency_mismatch': {
    safe: 'Nothing was requested twice.',
    next: 'Open the form again and fill it in anew.',
  },
  'payout.not_approvable': { safe: 'Nothing was signed.', next: 'Look at its status; it may be approved already.' },
  'payout.underfunded': { safe: 'The payout waits as it is.', next: 'Fund the treasury, then it goes on.' },
  'payout.not_unsent': {
    what: 'It is not proven that nothing was sent.',
    safe: 'The payout stays in quarantine and nothing moves; your signature was not taken.',
    next: 'At least one attempt may still be paid. Resolve it as completed or failed with evidence, or ask again when the rail can be reached and says it knows nothing of that attempt.',
  },
  'payout.unweighed': {
    safe: 'The payout waits as it is.',
    next: 'It goes on by itself once that is weighed. A record that was given up is tried again under Sync; where that does not help, quarantine the payout, and two people decide.',
  },
  'payout.frozen': { safe: 'The payout waits as it is.', next: 'Two people lift the freeze, then it goes on.' },
  'payout.not_due': { safe: 'The payout waits as it is.', next: 'It is paid by itself once it is due.' },
  'payout.attempts_used_up': {
    safe: 'The payout stays failed; its amount is in the payee’s account.',
    next: 'Request a new payout once it is clear why this one kept failing.',
  },
  'payout.needs_clearance': {
    safe: 'Nothing was sent again.',
    next: 'Make sure with the rail, then ask again yourself.',
  },
  'payout.method': {
    safe: 'The payout and its approvals stand as they were.',
    next: 'Choose another way of paying it, or change what does not go with it.',
  },
  'payout.nothing_changed': {
    safe: 'The payout and its approvals stand as they were.',
    next: 'Change something first, or close the form.',
  },
  'payout.unknown': { safe: 'Nothing was changed.', next: 'Search for it by its reference.' },
  'freeze.exists': { safe: 'It stays frozen.', next: 'Look at the freezes in force; somebody was quicker.' },
  'freeze.unknown': {
    safe: 'Nothing was changed.',
    next: 'Look at the freezes in force; two people may have lifted it.',
  },
  'act.invalid': {
    safe: 'Your signature was not taken and nothing was carried out.',
    next: 'Lock this desk, sign in again and retry. If it stays, tell an admin.',
  },
  'act.stale': {
    what: 'What you signed is no longer what is asked for.',
    safe: 'Your signature was not taken and nothing was carried out.',
    next: 'Look at it as it is now, and propose it anew if it still holds.',
  },
  'act.already_signed': { safe: 'Your signature stands.', next: 'It waits for another person.' },
  'sync.unfinished': {
    safe: 'What came is kept, and nothing was compared.',
    next: 'Sync again; when it stays so, ask the provider.',
  },
  'fence.not_up': { safe: 'Nothing was changed.', next: 'Look again; two people may have lifted it.' },
  'fence.not_compared': { safe: 'The fence stays up.', next: 'Start the comparison, then sign.' },
  'ledger.not_reversible': {
    safe: 'Nothing was written.',
    next: 'What a payout or a hold moved is corrected there; a reversal is not reversed again.',
  },
  'ledger.limit': { safe: 'Nothing was written.', next: 'Check the account’s balance and the amount.' },
  'ledger.overflow': { safe: 'Nothing was written.', next: 'Check the amount: no account holds that much.' },
  'ledger.kept_account': { safe: 'Nothing was written.', next: 'Correct the payout or hold it belongs to.' },
  'ledger.lots_only': { safe: 'Nothing was written.', next: 'Mint, spend or expire credits instead.' },
  'fx.no_quote': { safe: 'Nothing was exchanged.', next: 'Record a quote for this pair first.' },
  'fx.quote_expired': { safe: 'Nothing was exchanged.', next: 'Record a new quote, then exchange.' },
  'fx.amount': { safe: 'Nothing was exchanged.', next: 'Choose another amount.' },
  'asset.exists': { safe: 'Nothing was added.', next: 'Find it in the list of assets.' },
  'asset.invalid': { safe: 'Nothing was added.', next: 'Check its identity, decimals and smallest payout.' },
  'approval.own_act': {
    what: 'You requested this payout, so somebody else has to approve it.',
    safe: 'Nothing was signed.',
    next: 'Ask a colleague who is an approver.',
  },
  'approval.already_given': { safe: 'Your approval stands.', next: 'It waits for another person.' },
  'approval.stale': {
    what: 'What you signed is no longer what is asked for.',
    safe: 'Your signature was not accepted and approves nothing.',
    next: 'Look at the statement again and sign the new one.',
  },
  'approval.invalid': {
    safe: 'Nothing was approved.',
    next: 'Lock this desk, sign in again and retry. If it stays, tell an admin.',
  },
  'policy.no_match': { safe: 'Nothing was approved.', next: 'An admin has to add a rule that covers it.' },
  'input.invalid': { safe: 'Nothing was changed.', next: 'Check the fields and try again.' },
  'passphrase.wrong_old': {
    what: 'The current passphrase is another one.',
    safe: 'Nothing was sent and nothing was changed.',
    next: 'Type the passphrase you signed in with.',
  },
};

export const refusals = {
  told,
  nothingChanged: 'Nothing was changed.',
  tryOtherwise: 'Change what it names, then try again.',
  unexpected: {
    what: 'Something went wrong that Countersign does not know.',
    safe: 'A step is committed whole or not at all.',
    next: 'Look whether it was done before you repeat it.',
  },
};
