/**
 * Asks the domains of federation names (`ana*example.com`) which addresses the names stand for. A
 * file may bring thousands of names of a few domains: each domain is found once, a few of its names
 * are asked at once, and one that stays silent is not waited for again and again.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { type Memo, memo } from '../../../core/contract/payees.ts';
import type { AskingNames, FederationResolver, Resolution } from '../../../core/rails/address.ts';
import { publicNames } from '../../web/places.ts';
import { type HomeDomain, openHomeDomain } from './home-domain.ts';

export interface FederationOptions {
  /** Finds the server of a domain. */
  readonly open?: (domain: string) => Promise<HomeDomain>;
  /** Whoever is not answered by then gets none. */
  readonly totalMsMax?: number;
}

const TOTAL_MS_MAX = 60_000;
const DOMAINS_AT_ONCE = 8;
const NAMES_AT_ONCE = 4;
/** One after another; what a domain does not know is an answer. */
const SILENCES_MAX = 3;

export function federationResolver({
  open = (domain) => openHomeDomain(domain, { privateAllowed: false, lookup: publicNames() }),
  totalMsMax = TOTAL_MS_MAX,
}: FederationOptions = {}): FederationResolver {
  return {
    async resolve(names, asking = {}) {
      const untilMs = performance.now() + totalMsMax;
      const found = new Map<string, Resolution>();
      const note = (name: string, resolution: Resolution): void => {
        found.set(name, resolution);
        asking.step?.(found.size);
      };
      const domains = [...Map.groupBy(new Set(names), domainOf)];
      await eachOf(domains, DOMAINS_AT_ONCE, ([domain, some]) =>
        askDomain({ domain, names: some, open, untilMs, ...asking }, note),
      );
      return found;
    },
  };
}

function domainOf(name: string): string {
  return name.slice(name.indexOf('*') + 1).toLowerCase();
}

interface Asked extends Pick<AskingNames, 'signal'> {
  readonly domain: string;
  readonly names: readonly string[];
  readonly open: (domain: string) => Promise<HomeDomain>;
  readonly untilMs: number;
}

async function askDomain(asked: Asked, note: (name: string, resolution: Resolution) => void): Promise<void> {
  const { domain, names, untilMs, signal } = asked;
  const noAnswer = (why: string): Resolution => ({ ok: false, why: `${domain} gave no answer for it: ${why}` });
  const all = (resolution: Resolution) => {
    for (const name of names) note(name, resolution);
  };
  // The domain comes from whoever wrote the name: it must not lead into our own network.
  if (isIP(domain) !== 0 || !/\.[a-z]{2,63}$/.test(domain) || domain.endsWith('.localhost')) {
    all({ ok: false, why: `${domain} is not a public domain.` });
    return;
  }
  const isOver = () => signal?.aborted === true || performance.now() >= untilMs;
  const late = noAnswer('there was no time left to ask it.');
  if (isOver()) {
    all(late);
    return;
  }
  let home: HomeDomain;
  try {
    home = await asked.open(domain);
  } catch (error) {
    all(noAnswer(wordsOf(error)));
    return;
  }
  let silences = 0;
  try {
    await eachOf(names, NAMES_AT_ONCE, async (name) => {
      if (silences >= SILENCES_MAX) note(name, noAnswer('it stayed silent for others before it.'));
      else if (isOver()) note(name, late);
      else {
        try {
          note(name, resolutionOf(domain, await home.ask(name)));
          silences = 0;
        } catch (error) {
          silences += 1;
          note(name, noAnswer(wordsOf(error)));
        }
      }
    });
  } finally {
    home.close();
  }
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A few at once, each as soon as there is room. */
async function eachOf<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  const goOn = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, goOn));
}

const answered = z.object({ account_id: z.string(), memo_type: z.unknown().optional(), memo: z.unknown().optional() });

function resolutionOf(domain: string, answer: unknown): Resolution {
  if (answer === null) return { ok: false, why: `${domain} knows no such name.` };
  const record = answered.safeParse(answer);
  if (!record.success) return { ok: false, why: `${domain} answered without an address.` };
  const { account_id: address, memo_type: type, memo: value } = record.data;
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
