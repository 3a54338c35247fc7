/** What a problem or a warning of a row is called, and what to do about it. */
import type { RowProblemCode, RowWarningCode } from '../../../../core/contract/index.ts';

export interface RowNote {
  readonly name: string;
  readonly fix: string;
}

const problems: Readonly<Record<RowProblemCode, RowNote>> = {
  'row.width': {
    name: 'More or fewer cells than columns',
    fix: 'Look for a separator or a quote inside a cell on this line of the file.',
  },
  'cell.missing': { name: 'A needed cell is empty', fix: 'Fill it in.' },
  'cell.formula': {
    name: 'A formula instead of a value',
    fix: 'Replace it by the value it stands for; formulas are never calculated here.',
  },
  'cell.too_long': { name: 'A cell is too long', fix: 'Shorten it.' },
  'cell.control_character': { name: 'Invisible control characters', fix: 'Type the cell anew.' },
  'payee.unknown': {
    name: 'Unknown payee',
    fix: 'Check the reference, or go back and choose to create unknown payees.',
  },
  'payee.closed': { name: 'The payee is closed', fix: 'Leave the row out, or have the payee opened again first.' },
  'payee.name_missing': {
    name: 'A new payee has no name',
    fix: 'Give the name, or the reference of a payee that is known.',
  },
  'payee.conflict': {
    name: 'Rows disagree about a new payee',
    fix: 'Give the same name, e-mail and address in all rows of this payee.',
  },
  'email.invalid': { name: 'Not an e-mail address', fix: 'Correct it or leave it empty.' },
  'rail.unknown': { name: 'Unknown rail', fix: 'Use stellar, stripe, nowpayments or simulated.' },
  'rail.missing': { name: 'No rail', fix: 'Say which rail; the payee has destinations on several or on none.' },
  'rail.unavailable': { name: 'This vault does not pay over that rail', fix: 'Choose a rail that is set up here.' },
  'address.missing': { name: 'No address', fix: 'Give the address, or propose a destination of the payee first.' },
  'address.invalid': {
    name: 'Not a valid address on its rail',
    fix: 'Ask the payee for the address again and paste it in full.',
  },
  'address.name_unresolved': {
    name: 'Nobody says what the name stands for',
    fix: 'Check the name, and check the file again; or give the address (G…) that it stands for.',
  },
  'address.not_of_payee': {
    name: 'Not an address of this payee',
    fix: 'Check it twice; a new address is proposed and confirmed at the payee first.',
  },
  'address.retired': { name: 'The address is retired', fix: 'Use a destination of the payee that is in use.' },
  'address.several': { name: 'The payee has several destinations', fix: 'Say which address is meant.' },
  'memo.invalid': {
    name: 'The memo does not fit',
    fix: 'Text of at most 28 bytes, a whole number, or 64 hexadecimal digits, with its type.',
  },
  'amount.not_a_number': {
    name: 'Not an amount',
    fix: 'Digits, with a point for decimals and nothing between thousands, such as 1250.00.',
  },
  'amount.not_exact': {
    name: 'The spreadsheet holds the amount inexactly',
    fix: 'Store the amount as text in the spreadsheet, or type it here.',
  },
  'amount.too_large': { name: 'Amount too large', fix: 'Check for missing decimal points.' },
  'amount.too_many_decimals': {
    name: 'Too many decimals',
    fix: 'Decide how to round it; nothing is rounded here.',
  },
  'amount.negative': { name: 'Amount below zero', fix: 'Leave the row out; a payout cannot take money back.' },
  'amount.zero': { name: 'Amount of zero', fix: 'Leave the row out.' },
  'amount.below_minimum': {
    name: 'Below the smallest payout of the asset',
    fix: 'Leave the row out, or pay it together with the next.',
  },
  'asset.unknown': { name: 'Unknown asset', fix: 'Use an id such as iso:USD, or have the asset added to the ledger.' },
  'asset.ambiguous': { name: 'Several assets have that code', fix: 'Write the asset’s full id instead of its code.' },
  'asset.wrong_rail': { name: 'The rail does not pay in that asset', fix: 'Choose another asset or another rail.' },
  'reference.twice_in_file': {
    name: 'Reference twice in the file',
    fix: 'Give each payout of a payee its own reference, or remove the double.',
  },
  'reference.known': {
    name: 'Reference used before',
    fix: 'It may have been requested before. Look at the payee’s payouts; leave the row out if so.',
  },
  'due_date.invalid': { name: 'Not a date', fix: 'Write it as year-month-day, such as 2026-12-31.' },
  'statement.unknown': { name: 'Unknown royalty statement', fix: 'Check the reference, or enter the statement first.' },
  'statement.other_payee': { name: 'The statement is about another payee', fix: 'Check which of the two is meant.' },
  'statement.other_asset': { name: 'The statement is in another asset', fix: 'Pay it in the asset of the statement.' },
  'statement.exceeded': { name: 'More than the statement has left', fix: 'Lower the amount, or leave the row out.' },
  'policy.no_match': { name: 'No approval rule covers it', fix: 'An admin has to add a rule to the policy.' },
};

const warnings: Readonly<Record<RowWarningCode, RowNote>> = {
  'destination.new': { name: 'New destination', fix: 'Another person confirms it before anything is paid to it.' },
  'destination.unconfirmed': {
    name: 'Destination not confirmed yet',
    fix: 'Have another person confirm it; until then nothing is paid to it.',
  },
  'destination.cooling_off': { name: 'Destination still rests', fix: 'The payout waits until the rest is over.' },
  'destination.look_alike': {
    name: 'Looks like another known address',
    fix: 'Compare every group of the address with what the payee gave you.',
  },
  'payee.name_differs': {
    name: 'The name differs from the one on file',
    fix: 'Check that the reference belongs to this payee. The name on file stays.',
  },
  'amount.repeated': { name: 'Same payee and amount within seven days', fix: 'Check that it is not paid twice.' },
  'amount.outlier': { name: 'Unusual amount for this payee', fix: 'Check the decimal point and the asset.' },
  'due_date.past': { name: 'Due in the past', fix: 'It is paid as soon as it is approved.' },
};

export const importNotes = { importNotes: { problems, warnings } };
