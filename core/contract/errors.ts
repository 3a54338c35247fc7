/**
 * Every failure a person can meet: its code, the HTTP status that fits, and a sentence for a
 * human. Codes are the contract; scripts and the renderer switch on them.
 */
export const ERRORS = {
  'input.invalid': { status: 400, message: 'The request does not have the expected form.' },
  'session.required': { status: 401, message: 'Sign in first.' },
  'session.refused': { status: 401, message: 'That name and passphrase do not open this vault.' },
  'session.slowed': { status: 429, message: 'Too many failed sign-ins. Wait before trying again.' },
  'access.forbidden': { status: 403, message: 'Your roles do not allow this.' },
  'access.name_taken': { status: 409, message: 'Somebody on staff already has that name.' },
  'access.unknown_staff': { status: 404, message: 'Nobody on staff has that id.' },
  'launch.refused': { status: 401, message: 'Open the address that was printed when the server started.' },

  'vault.locked': { status: 409, message: 'The vault is locked.' },
  'vault.open': { status: 409, message: 'A vault is already open.' },
  'vault.exists': { status: 409, message: 'There is already a vault at that place.' },
  'vault.missing': { status: 404, message: 'There is no vault at that place.' },
  'vault.wrong_passphrase': { status: 401, message: 'That passphrase or recovery code does not open this vault.' },
  'vault.damaged': { status: 409, message: 'The vault file is damaged. Restore a backup, or salvage what can be read.' },
  'vault.newer': { status: 409, message: 'The vault was written by a newer version of Countersign.' },
  'vault.in_use': { status: 409, message: 'Another program has this vault open.' },
  'vault.fenced': { status: 409, message: 'This vault is a restored or copied one: nothing is paid until its fence is lifted.' },
  'vault.unsupported': { status: 422, message: 'This kind of vault cannot do that.' },
  'vault.backup_required': { status: 409, message: 'The database has to be migrated. Back it up first, and say that you did.' },
  'vault.backup_exists': { status: 409, message: 'There is already a file at the place of the backup.' },

  'ledger.unbalanced': { status: 422, message: 'The postings do not sum to zero for each asset.' },
  'ledger.idempotency_mismatch': { status: 409, message: 'This key was used before with another content.' },
  'ledger.limit': { status: 422, message: 'The account does not hold enough.' },
  'ledger.unknown_account': { status: 404, message: 'There is no such account.' },
  'ledger.wrong_asset': { status: 422, message: 'The account carries another asset.' },

  'asset.unknown': { status: 422, message: 'The treasury does not know that asset.' },
  'payee.unknown': { status: 404, message: 'There is no such payee.' },
  'payee.reference_taken': { status: 409, message: 'Another payee has that reference.' },
  'destination.unknown': { status: 404, message: 'There is no such destination.' },
  'destination.invalid': { status: 422, message: 'The address is not valid on that rail.' },
  'destination.not_confirmed': { status: 422, message: 'The destination has not been confirmed by a person.' },

  'payout.unknown': { status: 404, message: 'There is no such payout.' },
  'payout.stale': { status: 409, message: 'Somebody was first: the payout has changed since you saw it.' },
  'payout.amount': { status: 422, message: 'The amount is not one that can be paid.' },
  'payout.idempotency_mismatch': { status: 409, message: 'This idempotency key was used for another payout.' },
  'payout.not_approvable': { status: 409, message: 'The payout is not waiting for approval.' },
  'payout.underfunded': { status: 422, message: 'The treasury does not hold enough of that asset.' },

  'policy.no_match': { status: 422, message: 'No rule of the approval policy covers this payout.' },
  'approval.own_act': { status: 403, message: 'Nobody approves their own act.' },
  'approval.already_given': { status: 409, message: 'You have approved this already.' },
  'approval.invalid': { status: 422, message: 'The signature does not match what is approved.' },
  'approval.stale': { status: 409, message: 'What you signed is no longer what is asked for. Look again.' },

  'job.unknown': { status: 404, message: 'There is no such job.' },
  'rail.unknown': { status: 422, message: 'There is no such rail.' },
  'sandbox.only': { status: 422, message: 'Only a sandbox vault can do that.' },

  'request.foreign': { status: 403, message: 'This page or address may not talk to the server.' },
  'request.unknown_path': { status: 404, message: 'There is nothing at this address.' },
  'request.too_large': { status: 413, message: 'The request is larger than the server takes.' },
  'request.too_many': { status: 429, message: 'Too many attempts. Wait before trying again.' },

  'engine.restarted': { status: 503, message: 'The engine stopped and was started again. Nothing committed was lost; ask again.' },
  'engine.stopping': { status: 503, message: 'Countersign is shutting down.' },
  'engine.failed': { status: 500, message: 'Countersign met a fault of its own. Look at the records before asking again.' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof ERRORS;
