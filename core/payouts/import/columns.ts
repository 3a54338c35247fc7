/**
 * What the columns of a file mean: suggested from the header, remembered by it, or said by a person.
 */
import { createHash } from 'node:crypto';
import { IMPORT_FIELDS, IMPORT_FIELDS_NEEDED, type ImportField, type ImportMapping } from '../../contract/imports.ts';
import { unmappable } from './errors.ts';

/** How people and other programs head these columns. Compared without case, spaces and signs. */
const ALIASES: Readonly<Record<ImportField, readonly string[]>> = {
  payee: [
    'payee',
    'payeeid',
    'payeereference',
    'payeeref',
    'creatorid',
    'creator',
    'vendor',
    'vendorid',
    'supplierid',
    'beneficiaryid',
    'recipientid',
    'winnerid',
    'sellerid',
    'userid',
    'accountid',
    'memberid',
  ],
  payeeName: [
    'payeename',
    'name',
    'fullname',
    'creatorname',
    'vendorname',
    'suppliername',
    'beneficiary',
    'beneficiaryname',
    'recipient',
    'recipientname',
    'legalname',
  ],
  email: ['email', 'emailaddress', 'mail', 'payeeemail'],
  rail: ['rail', 'method', 'paymentmethod', 'payoutmethod', 'provider', 'channel'],
  address: [
    'address',
    'destination',
    'destinationaddress',
    'wallet',
    'walletaddress',
    'stellaraddress',
    'stellaraccount',
    'connectedaccount',
    'stripeaccount',
    'payto',
  ],
  memoType: ['memotype', 'stellarmemotype'],
  memo: ['memo', 'stellarmemo', 'memotext', 'memovalue'],
  extraId: ['extraid', 'tag', 'destinationtag', 'paymentid'],
  currency: ['paymentcurrency', 'payoutcurrency', 'coin', 'network', 'destinationcurrency'],
  amount: ['amount', 'payoutamount', 'value', 'sum', 'total', 'net', 'netamount', 'amountdue', 'payout'],
  asset: ['asset', 'assetid', 'assetcode', 'currency', 'currencycode', 'ccy', 'unit'],
  reference: [
    'reference',
    'ref',
    'payoutreference',
    'paymentreference',
    'payoutid',
    'invoice',
    'invoiceno',
    'invoicenumber',
    'externalid',
    'id',
  ],
  dueDate: ['duedate', 'due', 'payon', 'paymentdate', 'payoutdate', 'valuedate', 'dueon'],
  statement: ['statement', 'statementreference', 'statementref', 'statementid', 'royaltystatement'],
};

const NOT_A_LETTER = /[^\p{L}\p{N}]/gu;
const plain = (header: string) => header.toLowerCase().replaceAll(NOT_A_LETTER, '');

/** Each field takes the column headed by the first of its aliases that there is; no column is taken twice. */
export function suggestMapping(headers: readonly string[]): ImportMapping {
  const byPlainName = new Map(headers.map((header) => [plain(header), header]));
  const columns: Partial<Record<ImportField, string>> = {};
  const taken = new Set<string>();
  for (const field of IMPORT_FIELDS) {
    const alias = ALIASES[field].find((name) => byPlainName.has(name) && !taken.has(name));
    const header = alias === undefined ? undefined : byPlainName.get(alias);
    if (alias === undefined || header === undefined) continue;
    columns[field] = header;
    taken.add(alias);
  }
  return { columns };
}

/** The same columns, whatever their order, are the same kind of file. */
export function headerFingerprint(headers: readonly string[]): string {
  const names = headers.map((header) => header.trim()).sort();
  return createHash('sha256').update(JSON.stringify(names)).digest('hex');
}

/** Where each field's text is found: a column, a value for all rows, or nowhere. */
export interface FieldSource {
  readonly field: ImportField;
  /** −1: `constant` holds for every row. */
  readonly index: number;
  readonly constant: string;
}

/** Refuses a mapping that names columns the file does not have, or leaves out what a payout needs. */
export function fieldSources(headers: readonly string[], mapping: ImportMapping): readonly FieldSource[] {
  const constants: { readonly [F in ImportField]?: string | undefined } = mapping.constants ?? {};
  const sources: FieldSource[] = [];
  const takenBy = new Map<number, ImportField>();
  for (const field of IMPORT_FIELDS) {
    const header = mapping.columns[field];
    const constant = constants[field];
    if (header === undefined && constant === undefined) continue;
    if (header === undefined) {
      sources.push({ field, index: -1, constant: constant ?? '' });
      continue;
    }
    if (constant !== undefined)
      throw unmappable(`${field} has a column and a value for all rows; it can have one of them.`, field);
    const index = headers.indexOf(header);
    if (index < 0) throw unmappable(`The file has no column "${header}".`, field);
    const other = takenBy.get(index);
    if (other !== undefined) throw unmappable(`The column "${header}" cannot be both ${other} and ${field}.`, field);
    takenBy.set(index, field);
    sources.push({ field, index, constant: '' });
  }
  const missing = IMPORT_FIELDS_NEEDED.filter((field) => !sources.some((source) => source.field === field));
  if (missing.length > 0) throw unmappable(`No column is matched with: ${missing.join(', ')}.`, missing.join(' '));
  return sources;
}
