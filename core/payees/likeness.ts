/**
 * Addresses that look alike. Thieves make addresses that begin and end like one that is paid
 * often, because beginning and end are what people compare. So each address is indexed by them,
 * and a new one that shares both with another, different one is flagged with it.
 */
import { sql } from 'kysely';
import { accountOfMuxed } from '../rails/strkey.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Tx } from '../store/tx.ts';

/** This many characters at each end, and whatever more, have to be the same. */
const EDGE = 4;
/** In a shorter address people see every character. */
const LENGTH_MIN = 12;
/** What all addresses of a kind begin with says nothing. */
const COMMON_START = /^(?:acct_|sim:|0x)/;

/** The address as two of them are compared: hex has no case, everything else has. */
export function addressKey(address: string): string {
  return address.startsWith('0x') ? address.toLowerCase() : address;
}

/**
 * Whose it is: many muxed addresses (M…) of Stellar are one account, which whoever owns it can pay out
 * of whatever they say. What goes to one destination, and what it looks like, is told by this.
 */
export function accountKey(address: string): string {
  return accountOfMuxed(address) ?? addressKey(address);
}

/** Beginning and end of the account as the eye sees them, or null for one too short to be mistaken. */
export function likenessOf(address: string): string | null {
  return edgesOf(accountKey(address));
}

/** The same of the address as it is written, where that is not the account's own. */
export function writtenLikenessOf(address: string): string | null {
  return accountKey(address) === addressKey(address) ? null : edgesOf(address);
}

function edgesOf(address: string): string | null {
  const bare = address.toLowerCase().replace(COMMON_START, '');
  return bare.length < LENGTH_MIN ? null : `${bare.slice(0, EDGE)}…${bare.slice(-EDGE)}`;
}

/** Flags those of the destinations that look like another address, known before or come with them. */
export async function flagLookAlikes(tx: Tx, destinationIds: readonly string[]): Promise<void> {
  if (destinationIds.length === 0) return;
  const wanted = jsonRows(
    tx.dialect,
    { id: 'text' },
    destinationIds.map((id) => ({ id })),
  );
  // Twice a range of the index, below and above the own address: however often one address is
  // known, only one row is read.
  const known = (likeness: 'likeness' | 'written_likeness', side: '<' | '>') => sql`(
    select o.id from destinations o
    where o.rail = destinations.rail and o.${sql.ref(likeness)} = destinations.${sql.ref(likeness)}
      and o.account_key ${sql.raw(side)} destinations.account_key
    order by o.account_key, o.id limit 1)`;
  const like = (likeness: 'likeness' | 'written_likeness') => sql`${known(likeness, '<')}, ${known(likeness, '>')}`;
  await tx.run(sql`
    update destinations set look_alike_of = coalesce(${like('likeness')}, ${like('written_likeness')})
    where likeness is not null and id in (select w.id from ${wanted} as w)`);
}
