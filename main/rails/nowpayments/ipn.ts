/**
 * Whether a notification is NOWPayments' own. It carries no time, so an old one can be sent again by
 * anybody who saw it: it is told apart by payment, status and moment, and what it says is asked for
 * before it counts.
 *
 * NOWPayments has published two incompatible ways of sorting what is signed. One sorts the outermost
 * keys only and leaves out whatever inside has other names, so that it could be changed unnoticed;
 * this takes the other, which sorts at every depth, over numbers as they were written.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readJson, withSortedKeys } from './json-text.ts';
import { eventIdOf } from './records.ts';
import { withdrawal } from './shapes.ts';

export interface NowPaymentsIpn {
  /** The body as it came. */
  readonly body: Uint8Array;
  /** `x-nowpayments-sig` */
  readonly signature: string | null;
  /** The one in force, and the one before while it still is. */
  readonly secrets: readonly string[];
}

export type IpnRefusal = 'unsigned' | 'too_large' | 'unreadable_signature' | 'unreadable' | 'forged' | 'no_payment';

export type VerifiedIpn =
  | {
      readonly ok: true;
      /** By payment, status and moment: the same again has the same name. */
      readonly eventId: string;
      /** The payment to ask about. */
      readonly reference: string;
      readonly status: string;
      readonly raw: string;
    }
  | { readonly ok: false; readonly because: IpnRefusal };

const BODY_BYTES_MAX = 256 * 1024;
const SIGNATURE = /^[0-9a-fA-F]{128}$/;
/** What is sorted has to be read before it is verified: it may not be deep. */
const DEPTH_MAX = 20;

export function verifyNowPaymentsIpn({ body, signature, secrets }: NowPaymentsIpn): VerifiedIpn {
  if (signature === null || signature === '') return refused('unsigned');
  if (body.length > BODY_BYTES_MAX) return refused('too_large');
  if (!SIGNATURE.test(signature)) return refused('unreadable_signature');
  const raw = Buffer.from(body).toString('utf8');
  const told = objectOrNull(raw);
  if (told === null) return refused('unreadable');
  if (!isSignedBy(secrets, withSortedKeys(told), Buffer.from(signature, 'hex'))) return refused('forged');
  const about = withdrawal.safeParse(told);
  if (!about.success) return refused('no_payment');
  const { id: reference, status } = about.data;
  return { ok: true, eventId: eventIdOf(about.data), reference, status, raw };
}

const refused = (because: IpnRefusal) => ({ ok: false, because }) as const;

function objectOrNull(text: string): object | null {
  if (depthOf(text) > DEPTH_MAX) return null;
  try {
    const told = readJson(text);
    return typeof told === 'object' && told !== null && !Array.isArray(told) ? told : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** At most so deep: brackets inside of texts are counted as well. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const letter of text) {
    if (letter === '{' || letter === '[') deepest = Math.max(deepest, ++depth);
    else if (letter === '}' || letter === ']') depth--;
  }
  return deepest;
}

/** Every secret is tried: how long it takes says nothing about either. */
function isSignedBy(secrets: readonly string[], text: string, given: Buffer): boolean {
  let found = false;
  for (const secret of secrets) {
    // With an empty secret anybody could sign.
    if (secret === '') continue;
    const same = timingSafeEqual(createHmac('sha512', secret).update(text).digest(), given);
    found ||= same;
  }
  return found;
}
