/** What is open beside the books: `a12` an account, `t45` a transaction, so that either opens over any list. */
export type Opened =
  | { readonly kind: 'account' | 'transaction'; readonly id: string }
  | { readonly kind: 'quote'; readonly id: string }
  | { readonly kind: 'new' }
  | null;

const NUMBERED = /^([at])([1-9]\d{0,18})$/;
const QUOTE = /^[a-z]{3}_[0-9a-z]{25}$/;

export function readOpened(open: string | null): Opened {
  if (open === null) return null;
  if (open === 'new') return { kind: 'new' };
  if (QUOTE.test(open)) return { kind: 'quote', id: open };
  const [, letter, id] = NUMBERED.exec(open) ?? [];
  if (id === undefined) return null;
  return { kind: letter === 'a' ? 'account' : 'transaction', id };
}

export const accountKey = (id: string) => `a${id}`;
export const transactionKey = (id: string) => `t${id}`;
