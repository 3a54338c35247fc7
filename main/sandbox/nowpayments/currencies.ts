/** The currencies that the simulated NOWPayments pays out, with what it asks for it. */
import { parseDecimal } from '../../../core/money/minor.ts';
import { KEPT_SCALE } from './records.ts';

export interface Currency {
  readonly ticker: string;
  readonly address: RegExp;
  readonly minimum: bigint;
  readonly fee: bigint;
  /** US dollars for one. */
  readonly price: number;
  /** What the account is given when the sandbox begins. */
  readonly given: bigint;
}

const EVM = /^0x[0-9a-fA-F]{40}$/;
const TRON = /^T[1-9A-HJ-NP-Za-km-z]{33}$/;
const BITCOIN = /^(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,71})$/;
const SOLANA = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const RIPPLE = /^r[1-9A-HJ-NP-Za-km-z]{24,34}$/;

const units = (text: string): bigint => {
  const parsed = parseDecimal(text, KEPT_SCALE);
  if (!parsed.ok) throw new Error(`Not an amount of the sandbox: ${text}`);
  return parsed.minor;
};

const currency = (ticker: string, address: RegExp, [minimum, fee, given]: [string, string, string], price: number) => ({
  ticker,
  address,
  minimum: units(minimum),
  fee: units(fee),
  given: units(given),
  price,
});

const ALL: readonly Currency[] = [
  currency('usdttrc20', TRON, ['1', '0.5', '1000000'], 1),
  currency('usdterc20', EVM, ['5', '2', '1000000'], 1),
  currency('usdcmatic', EVM, ['1', '0.1', '1000000'], 1),
  currency('trx', TRON, ['5', '1', '1000000'], 0.25),
  currency('eth', EVM, ['0.005', '0.0004', '1000'], 3_000),
  currency('btc', BITCOIN, ['0.0005', '0.00002', '100'], 90_000),
  currency('sol', SOLANA, ['0.01', '0.000005', '10000'], 150),
  currency('xrp', RIPPLE, ['1', '0.00001', '1000000'], 2),
];

export const CURRENCIES: ReadonlyMap<string, Currency> = new Map(ALL.map((one) => [one.ticker, one]));
