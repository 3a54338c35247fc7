/** Asks the domain of a federation name (`ana*example.com`) which address the name stands for. */
import { isIP } from 'node:net';
import type { Federation } from '@stellar/stellar-sdk';
import { type Memo, memo } from '../../../core/contract/payees.ts';
import type { FederationResolver, Resolution } from '../../../core/rails/address.ts';

/** What the domain's server answered; the kit's own lookup unless told otherwise. */
export type FederationLookup = (name: string) => Promise<Federation.Api.Record>;

const TIMEOUT_MS = 10_000;

export function federationResolver(lookup: FederationLookup = askDomain): FederationResolver {
  return {
    async resolve(name) {
      const domain = name.slice(name.indexOf('*') + 1);
      // The domain comes from whoever wrote the name: it must not lead into our own network.
      if (isIP(domain) !== 0 || !/\.[a-z]{2,63}$/i.test(domain) || domain.toLowerCase().endsWith('.localhost')) {
        return { ok: false, why: `${domain} is not a public domain.` };
      }
      let found: Federation.Api.Record;
      try {
        found = await lookup(name);
      } catch (error) {
        return {
          ok: false,
          why: `${domain} gave no answer for it: ${error instanceof Error ? error.message : String(error)}`,
        };
      }
      return resolutionOf(domain, found);
    },
  };
}

function resolutionOf(domain: string, found: Federation.Api.Record): Resolution {
  const { account_id: address, memo_type: type, memo: value } = found;
  if (typeof address !== 'string') return { ok: false, why: `${domain} answered without an address.` };
  if (type === undefined && value === undefined) return { ok: true, address, memo: null };
  const read = readMemo(type, value);
  return read ? { ok: true, address, memo: read } : { ok: false, why: `${domain} answered with a memo that is none.` };
}

function readMemo(type: unknown, value: unknown): Memo | null {
  // Domains answer hashes in base64, and numbers sometimes as numbers.
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  const hex = type === 'hash' && typeof text === 'string' ? Buffer.from(text, 'base64').toString('hex') : text;
  const parsed = memo.safeParse({ type, value: hex });
  return parsed.success ? parsed.data : null;
}

/** Loaded when the first name is asked for: most vaults never see one. */
async function askDomain(name: string): Promise<Federation.Api.Record> {
  const { Federation: kit } = await import('@stellar/stellar-sdk');
  return kit.Server.resolve(name, { timeout: TIMEOUT_MS });
}
