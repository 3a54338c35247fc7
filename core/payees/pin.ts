/**
 * A payee who is found by a federation name (`ana*example.com`) is written down with the address that
 * the name stands for now: that is what people confirm, approve and sign.
 */
import type { Memo } from '../contract/payees.ts';
import type { Resolution } from '../rails/address.ts';

export type Pin =
  | { readonly ok: true; readonly address: string; readonly memo: Memo | null }
  | { readonly ok: false; readonly why: string };

/** `memo`: what was given beside the name. */
export function pinName(found: Resolution | undefined, memo: Memo | null): Pin {
  if (found === undefined) return { ok: false, why: 'Nobody was asked about it yet.' };
  if (!found.ok) return found;
  if (memo !== null && found.memo !== null) {
    return { ok: false, why: 'The name brings a memo of its own; leave the other out.' };
  }
  return { ok: true, address: found.address, memo: found.memo ?? memo };
}
