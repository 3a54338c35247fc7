/** The lines of a statement as they are typed, and what they add up to. Nothing is rounded. */
import { INT64_MAX } from '../../../core/money/minor.ts';
import { readAmount } from '../../ui/amount-text.ts';

export interface TypedLine {
  /** Stays with the line while others come and go. */
  readonly key: number;
  readonly description: string;
  readonly quantity: string;
  readonly amount: string;
}

export const LINES_MAX = 10_000;
const QUANTITY = /^-?\d{1,18}(?:\.\d{1,9})?$/;

export function emptyLine(key: number): TypedLine {
  return { key, description: '', quantity: '', amount: '' };
}

export function isBlank({ description, quantity, amount }: TypedLine): boolean {
  return description.trim() === '' && quantity.trim() === '' && amount.trim() === '';
}

export function quantityIsBad({ quantity }: TypedLine): boolean {
  return quantity.trim() !== '' && !QUANTITY.test(quantity.trim());
}

export interface Sum {
  /** Of the lines that have an amount; null beyond what the ledger holds. */
  readonly totalMinor: bigint | null;
  /** Every line that was begun is whole, and there is at least one. */
  readonly whole: boolean;
}

export function sumOf(lines: readonly TypedLine[], scale: number): Sum {
  const begun = lines.filter((line) => !isBlank(line));
  let total = 0n;
  let whole = begun.length > 0;
  for (const line of begun) {
    const read = readAmount(line.amount, scale);
    if (read.ok) total += read.minor;
    if (!read.ok || line.description.trim() === '' || quantityIsBad(line)) whole = false;
  }
  return { totalMinor: total > INT64_MAX || total < -INT64_MAX ? null : total, whole };
}

export interface LineToSend {
  readonly description: string;
  readonly quantity?: string;
  readonly amountMinor: string;
}

/** For lines that are whole. */
export function linesToSend(lines: readonly TypedLine[], scale: number): LineToSend[] {
  return lines
    .filter((line) => !isBlank(line))
    .map(({ description, quantity, amount }) => {
      const read = readAmount(amount, scale);
      if (!read.ok) throw new TypeError(`Not an amount: ${amount}`);
      return {
        description: description.trim(),
        ...(quantity.trim() === '' ? {} : { quantity: quantity.trim() }),
        amountMinor: read.minor.toString(),
      };
    });
}

/**
 * Rows copied from a spreadsheet: description, quantity and amount, or description and amount. Null
 * where the text is not of that kind and is simply to be pasted.
 */
export function pastedLines(text: string): readonly Omit<TypedLine, 'key'>[] | null {
  const rows = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (rows.length === 1 && !text.includes('\t')) return null;
  return rows
    .map((row) => row.split('\t').map((cell) => cell.trim()))
    .filter((cells) => cells.some((cell) => cell !== ''))
    .map(([description = '', second = '', third]) =>
      third === undefined
        ? { description, quantity: '', amount: second }
        : { description, quantity: second, amount: third },
    );
}
