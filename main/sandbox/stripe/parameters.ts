/** Checks a call's parameters as Stripe does: unknown ones, missing ones, and what is in them. */
import { badInteger, badParameter, missingParameter, tooLarge, unknownParameter } from './failures.ts';
import type { FormObject } from './form.ts';

/** Twelve digits: more than that Stripe takes in no currency. */
export const AMOUNT_MAX = 999_999_999_999n;

const METADATA_KEYS_MAX = 50;
const METADATA_NAME_LENGTH_MAX = 40;
const METADATA_VALUE_LENGTH_MAX = 500;
const LIMIT_MAX = 100;
const LIMIT = 10;
/** Whose smallest unit is a thousandth: the last digit has to be 0. */
const THREE_DECIMALS = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
/** Written with two decimals that have to be 0. */
const TWO_ZEROS = new Set(['isk']);

export class Parameters {
  readonly #form: FormObject;

  constructor(form: FormObject, known: readonly string[]) {
    this.#form = form;
    const stranger = Object.keys(form).find((name) => !known.includes(name) && name !== 'expand');
    if (stranger !== undefined) throw unknownParameter(stranger);
  }

  text(name: string): string | null {
    const value = this.#form[name];
    if (value === undefined || value === '') return null;
    if (typeof value !== 'string') throw badParameter(name, `Invalid string: ${name}`);
    return value;
  }

  needed(name: string): string {
    const value = this.text(name);
    if (value === null) throw missingParameter(name);
    return value;
  }

  /** A positive amount in the smallest unit of the currency, or null when none is given. */
  amount(currency: string): bigint | null {
    const text = this.text('amount');
    if (text === null) return null;
    if (!/^-?\d{1,30}$/.test(text)) throw badInteger('amount', text);
    const amount = BigInt(text);
    if (amount < 1n)
      throw badParameter('amount', 'This value must be greater than or equal to 1.', 'parameter_invalid_integer');
    if (amount > AMOUNT_MAX) throw tooLarge(AMOUNT_MAX);
    const step = THREE_DECIMALS.has(currency) ? 10n : TWO_ZEROS.has(currency) ? 100n : 1n;
    if (amount % step !== 0n)
      throw badParameter(
        'amount',
        `Amounts in ${currency} must be evenly divisible by ${step}.`,
        'parameter_invalid_integer',
      );
    return amount;
  }

  currency(): string {
    const currency = this.needed('currency').toLowerCase();
    if (!/^[a-z]{3}$/.test(currency)) throw badParameter('currency', `Invalid currency: ${currency}`);
    return currency;
  }

  metadata(): Readonly<Record<string, string>> {
    const given = this.#form.metadata;
    if (given === undefined || given === '') return {};
    if (typeof given === 'string') throw badParameter('metadata', 'Invalid object');
    const entries = Object.entries(given).map(([name, value]): [string, string] => {
      if (typeof value !== 'string') throw badParameter(`metadata[${name}]`, 'Metadata values must be strings.');
      if (name.length > METADATA_NAME_LENGTH_MAX)
        throw badParameter('metadata', `Metadata keys can have up to ${METADATA_NAME_LENGTH_MAX} characters.`);
      if (value.length > METADATA_VALUE_LENGTH_MAX)
        throw badParameter('metadata', `Metadata values can have up to ${METADATA_VALUE_LENGTH_MAX} characters.`);
      return [name, value];
    });
    if (entries.length > METADATA_KEYS_MAX)
      throw badParameter('metadata', `Metadata can have up to ${METADATA_KEYS_MAX} keys.`);
    return Object.fromEntries(entries);
  }

  object(name: string): FormObject {
    const value = this.#form[name];
    if (value === undefined || value === '') return {};
    if (typeof value === 'string') throw badParameter(name, 'Invalid object');
    return value;
  }

  texts(name: string): readonly string[] {
    return Object.values(this.object(name)).map((value) => {
      if (typeof value !== 'string') throw badParameter(name, 'Invalid array');
      return value;
    });
  }

  limit(): number {
    const text = this.text('limit');
    if (text === null) return LIMIT;
    const limit = Number(text);
    if (!/^\d{1,4}$/.test(text) || limit < 1 || limit > LIMIT_MAX) throw badInteger('limit', text);
    return limit;
  }

  /** Whether a time in seconds lies in `created[gte]=…` and its like. */
  createdWithin(): (created: number) => boolean {
    const value = this.#form.created;
    if (value === undefined || value === '') return () => true;
    const seconds = (given: unknown): number => {
      if (typeof given !== 'string' || !/^\d{1,12}$/.test(given)) throw badInteger('created', String(given));
      return Number(given);
    };
    if (typeof value === 'string') {
      const at = seconds(value);
      return (created) => created === at;
    }
    const tests = Object.entries(value).map(([name, given]) => {
      const at = seconds(given);
      const compare = COMPARISONS[name];
      if (!compare) throw unknownParameter(`created[${name}]`);
      return (created: number) => compare(created, at);
    });
    return (created) => tests.every((test) => test(created));
  }
}

const COMPARISONS: Readonly<Record<string, (created: number, at: number) => boolean>> = {
  gt: (created, at) => created > at,
  gte: (created, at) => created >= at,
  lt: (created, at) => created < at,
  lte: (created, at) => created <= at,
};
