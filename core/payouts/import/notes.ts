/** What there is to say about a row, as sentences. Codes are for scripts, sentences for people. */
import type { ImportField, RowProblemCode, RowWarningCode } from '../../contract/imports.ts';

type Facts = Readonly<Record<string, string | number>>;

export interface Problem {
  readonly code: RowProblemCode;
  readonly field: ImportField | null;
  readonly message: string;
}

export interface Warning {
  readonly code: RowWarningCode;
  readonly field: ImportField | null;
  readonly message: string;
}

export function problem(code: RowProblemCode, field: ImportField | null, facts: Facts = {}): Problem {
  return { code, field, message: PROBLEMS[code](facts) };
}

export function warning(code: RowWarningCode, field: ImportField | null, facts: Facts = {}): Warning {
  return { code, field, message: WARNINGS[code](facts) };
}

const PROBLEMS: Readonly<Record<RowProblemCode, (facts: Facts) => string>> = {
  'row.width': ({ cells, columns }) =>
    `The row has ${cells} cells, the header ${columns}. A separator may be missing, or one too many.`,
  'cell.missing': () => 'The cell is empty, and a payout needs it.',
  'cell.formula': ({ shows }) =>
    shows === undefined
      ? 'The cell is a formula or would be taken for one. Give the value itself.'
      : `The cell shows the error ${shows} of a formula. Give the value itself.`,
  'cell.too_long': ({ charactersMax }) => `The cell has more than ${charactersMax} characters.`,
  'cell.control_character': () => 'The cell has control or invisible characters in it.',
  'payee.unknown': ({ payee }) => `No payee has the reference ${payee}.`,
  'payee.closed': ({ payee }) => `The payee ${payee} is closed.`,
  'payee.name_missing': () => 'A new payee needs a name.',
  'payee.conflict': ({ line, what }) => `Line ${line} gives this new payee another ${what}.`,
  'email.invalid': () => 'That is no e-mail address.',
  'rail.unknown': ({ rail }) => `There is no rail called ${rail}.`,
  'rail.missing': () => 'A new payee needs a rail to be paid over.',
  'rail.unavailable': ({ rail }) => `This vault does not pay over ${rail}.`,
  'address.missing': () => 'There is no address to pay to: the payee has none, and the row gives none.',
  'address.invalid': ({ why }) => String(why),
  'address.name_unresolved': ({ name, why }) => `Nobody says now what ${name} stands for. ${why}`,
  'address.not_of_payee': () =>
    'That is none of this payee’s addresses. Add it to the payee and have a second person confirm it first.',
  'address.retired': () => 'That address of the payee is retired.',
  'address.several': ({ count }) => `The payee has ${count} addresses that fit. Say the rail and the address.`,
  'memo.invalid': ({ why }) => String(why),
  'amount.not_a_number': () =>
    'That is no amount. Write digits with a point before the decimals, without grouping or currency signs.',
  'amount.not_exact': () =>
    'The number has more digits than a spreadsheet keeps exactly. Format the column as text and enter the amount again.',
  'amount.too_large': () => 'The amount is larger than the books can hold.',
  'amount.too_many_decimals': ({ code, scale }) =>
    `${code} has ${scale} decimals; the amount has more. Nothing is rounded.`,
  'amount.negative': () => 'The amount is below zero.',
  'amount.zero': () => 'The amount is zero.',
  'amount.below_minimum': ({ minimum, code }) => `The least that is paid out is ${minimum} ${code}.`,
  'asset.unknown': ({ asset }) => `The treasury does not know the asset ${asset}.`,
  'asset.ambiguous': ({ asset, ids }) => `${asset} is the code of several assets: ${ids}. Give the asset’s full id.`,
  'asset.wrong_rail': ({ asset, rail }) => `${asset} cannot be paid over ${rail}.`,
  'reference.twice_in_file': ({ line }) => `Line ${line} has the same payee and reference.`,
  'reference.known': ({ payout }) => `This payee has a payout of that reference already (${payout}).`,
  'due_date.invalid': () => 'That is no date. Write it as 2026-09-30, or with a time and zone as 2026-09-30T14:00:00Z.',
  'statement.unknown': ({ statement }) => `There is no statement ${statement}.`,
  'statement.other_payee': ({ statement }) => `The statement ${statement} is another payee’s.`,
  'statement.other_asset': ({ statement, asset }) => `The statement ${statement} is in ${asset}.`,
  'statement.exceeded': ({ statement, left, code }) =>
    `The statement ${statement} has ${left} ${code} left to pay out.`,
  'policy.no_match': () => 'No rule of the approval policy covers this payout.',
};

const WARNINGS: Readonly<Record<RowWarningCode, (facts: Facts) => string>> = {
  'destination.new': ({ name, address }) =>
    name === undefined
      ? 'A new payee: the address is paid once a second person has confirmed it.'
      : `A new payee: ${name} stands for ${address}, which is paid once a second person has confirmed it.`,
  'destination.unconfirmed': () => 'The address is not confirmed yet; the payout waits for that.',
  'destination.cooling_off': ({ until }) => `The address rests until ${until}; the payout waits until then.`,
  'destination.look_alike': ({ address, name }) =>
    `The address begins and ends like ${address}${name === '' ? '' : ` of ${name}`}.`,
  'payee.name_differs': ({ name }) => `The vault knows this payee as ${name}.`,
  'amount.repeated': ({ line }) =>
    line === undefined
      ? 'The same payee was to be paid the same amount within the last 7 days.'
      : `Line ${line} pays the same payee the same amount.`,
  'amount.outlier': ({ median, code, times }) =>
    times === undefined
      ? `Far more than this payee’s usual ${median} ${code}.`
      : `${times} times this payee’s usual ${median} ${code}.`,
  'due_date.past': () => 'The date is past; the payout is due at once.',
};
