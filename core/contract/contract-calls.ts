/**
 * Payouts that a contract pays: which one is called, by which method, and what its arguments are
 * made of. All of it is part of what is approved.
 */
import { z } from 'zod';

export const contractAddress = z.string().regex(/^C[A-Z2-7]{55}$/, 'Expected the address of a contract (C…)');
export const contractMethod = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,31}$/, 'Expected the name of a method');

const amountType = z.enum(['i128', 'u128', 'i64', 'u64']);
const textType = z.enum(['string', 'symbol', 'bytes']);

/**
 * One argument, in the order of the method's own: what of the payouts goes into it, and as which of
 * the network's types. Lists are of one length, in the order of the payouts.
 */
export const callArgument = z.discriminatedUnion('from', [
  /** The account that pays. */
  z.strictObject({ from: z.literal('source'), type: z.literal('address') }),
  /** The contract of the asset that is paid. */
  z.strictObject({ from: z.literal('token'), type: z.literal('address') }),
  z.strictObject({ from: z.literal('recipients'), type: z.literal('list of address') }),
  z.strictObject({
    from: z.literal('amounts'),
    type: z.enum(['list of i128', 'list of u128', 'list of i64', 'list of u64']),
  }),
  z.strictObject({
    from: z.literal('references'),
    type: z.enum(['list of string', 'list of symbol', 'list of bytes']),
  }),
  z.strictObject({ from: z.literal('recipient'), type: z.literal('address') }),
  z.strictObject({ from: z.literal('amount'), type: amountType }),
  z.strictObject({ from: z.literal('reference'), type: textType }),
  /** The same in every call; numbers in decimal digits, bytes in hexadecimal. */
  z.strictObject({
    from: z.literal('constant'),
    type: z.enum(['address', 'i128', 'u128', 'i64', 'u64', 'u32', 'bool', 'string', 'symbol', 'bytes']),
    value: z.string().max(200),
  }),
]);
export type CallArgument = z.infer<typeof callArgument>;

const countOf = (list: readonly CallArgument[], from: CallArgument['from']) =>
  list.filter((one) => one.from === from).length;

/** Many payouts a call, or one; never both, and never a payee or an amount that is left out. */
export const callArguments = z
  .array(callArgument)
  .min(2)
  .max(12)
  .refine(
    (list) =>
      (countOf(list, 'recipients') === 1 && countOf(list, 'amounts') === 1 && isOfKind(list, 'many')) ||
      (countOf(list, 'recipient') === 1 && countOf(list, 'amount') === 1 && isOfKind(list, 'one')),
    'Expected recipients and amounts once each, or recipient and amount once each',
  );

const OF_ONE: readonly CallArgument['from'][] = ['recipient', 'amount', 'reference'];
const OF_MANY: readonly CallArgument['from'][] = ['recipients', 'amounts', 'references'];

function isOfKind(list: readonly CallArgument[], kind: 'one' | 'many'): boolean {
  const others = kind === 'one' ? OF_MANY : OF_ONE;
  return list.every(({ from }) => !others.includes(from));
}

export const callTerms = z.strictObject({
  contract: contractAddress,
  method: contractMethod,
  arguments: callArguments,
});
export type CallTerms = z.infer<typeof callTerms>;

/** What `distribute_winnings` takes, and what is used where no other arguments are described. */
export const USUAL_ARGUMENTS: readonly CallArgument[] = [
  { from: 'source', type: 'address' },
  { from: 'token', type: 'address' },
  { from: 'recipients', type: 'list of address' },
  { from: 'amounts', type: 'list of i128' },
];

/** What the contract of every asset takes as `transfer`. */
export const TRANSFER_ARGUMENTS: readonly CallArgument[] = [
  { from: 'source', type: 'address' },
  { from: 'recipient', type: 'address' },
  { from: 'amount', type: 'i128' },
];

export function paysMany({ arguments: list }: Pick<CallTerms, 'arguments'>): boolean {
  return countOf(list, 'recipients') === 1;
}
