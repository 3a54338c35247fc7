import type { Said } from './refusals.ts';

/** About people, second factors, policies and approvals: what is safe and what to do. */
export const ofAccess: Readonly<Record<string, Said>> = {
  'session.second_factor_required': {
    what: 'Your second factor has to be shown first.',
    safe: 'Nothing was signed.',
    next: 'Do it again and type the code of your authenticator app.',
  },
  'session.unknown': { safe: 'Nothing was changed.', next: 'Look again; that session has ended.' },
  'second_factor.refused': {
    what: 'That code is not right, or was used before.',
    safe: 'Nothing was signed. The try is recorded.',
    next: 'Wait for the next code of your app; check that the clocks of phone and computer agree.',
  },
  'second_factor.slowed': {
    safe: 'Whoever guesses gets nowhere.',
    next: 'Wait a minute, then type the code the app shows then.',
  },
  'second_factor.not_enrolled': { safe: 'Nothing was changed.', next: 'Enrol one under Settings, You.' },
  'second_factor.not_begun': { safe: 'Nothing was changed.', next: 'Begin again and scan the new code.' },
  'access.last_admin': { safe: 'Nothing was changed.', next: 'Make somebody else an admin first.' },
  'access.key_used': { safe: 'Nobody was added.', next: 'Type another passphrase; a new key is made with it.' },
  'access.left_already': { safe: 'Nothing was changed.', next: 'Look at them as they are now.' },
  'access.nothing_changed': { safe: 'Everything stands as it was.', next: 'Change something first.' },
  'access.not_proposed': { safe: 'Nobody was added.', next: 'Add the person anew; they type their passphrase again.' },
  'access.setting': { safe: 'The setting stands as it was.', next: 'Choose another value.' },
  'access.setting_up': {
    safe: 'The payout waits as it is.',
    next: 'Add a second admin under Settings, People; then it goes on.',
  },
  'access.nothing_to_object': { safe: 'Nothing was changed.', next: 'Look again; it has taken effect or was stopped.' },
  'access.wrong_sheet': {
    what: 'That is not the recovery sheet that is in force.',
    safe: 'Nothing was changed. The try is recorded.',
    next: 'Check the code letter by letter, or look for a newer sheet.',
  },
  'trust.broken': {
    what: 'The records of who may do what do not verify: somebody changed them behind the program’s back.',
    safe: 'What depends on them is refused.',
    next: 'Stop paying, take a backup of the file as it is, and call whoever looks after the vault.',
  },
  'trust.other_founding': {
    what: 'This is not the treasury your key belongs to: its founding is another one.',
    safe: 'Your key was not used and signs nothing here.',
    next: 'Compare the founding fingerprint with the recovery sheet, and call whoever looks after the vault.',
  },
  'recovery.no_code': {
    what: 'That has not the form of a recovery code.',
    safe: 'Nothing was sent.',
    next: 'A code has 36 letters and digits; hyphens and spaces do not count.',
  },
  'service.unknown': { safe: 'Nothing was changed.', next: 'Look at the list of service accounts.' },
  'service.subject_taken': {
    safe: 'Nothing was registered.',
    next: 'Choose another subject; one is never given twice.',
  },
  'service.retired': { safe: 'Nothing was changed.', next: 'Register a new account with another subject.' },
  'service.stale': { safe: 'Your change was not taken.', next: 'Look at the account as it is now.' },
  'policy.denied': { safe: 'Nothing was requested.', next: 'Look at the policy; an admin can change it with another.' },
  'policy.invalid': { safe: 'The policy in force stands.', next: 'Correct what is marked as wrong.' },
  'policy.stale': { safe: 'The policy in force stands.', next: 'Begin from the version that is in force now.' },
  'policy.unchanged': { safe: 'The policy in force stands.', next: 'Change something first.' },
  'policy.limit': { safe: 'The payout waits as it is.', next: 'It goes on by itself once the limit frees.' },
  'policy.test_payment': {
    safe: 'The payout waits as it is.',
    next: 'Pay a small amount to the same destination first; then it goes on.',
  },
  'policy.separate_signer': {
    safe: 'You signed nothing, and nothing was sent. The try is recorded.',
    next: 'Somebody who neither asked for these payouts nor approved them has to sign and submit.',
  },
  'approval.not_given': { safe: 'Nothing was changed.', next: 'Look at it as it is now.' },
  'approval.changes_first': {
    safe: 'Nothing was signed.',
    next: 'Wait for the edit, or ask whoever wants the change.',
  },
  'changes.requested': { safe: 'Nothing was changed.', next: 'Look at what was asked for already.' },
  'changes.none': { safe: 'Nothing was changed.', next: 'Look at it as it is now.' },
  'changes.not_yours': { safe: 'Nothing was changed.', next: 'Ask whoever asked for the change.' },
  'saved_view.unknown': { safe: 'Nothing was changed.', next: 'Look at your views as they are now.' },
  'saved_view.name_taken': { safe: 'Nothing was saved.', next: 'Choose another name.' },
  'saved_view.too_many': { safe: 'Nothing was saved.', next: 'Delete a view you no longer use.' },
  'clock.behind': { safe: 'Nothing was changed.', next: 'Set the clock of this machine right.' },
};
