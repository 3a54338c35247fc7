/**
 * Sends one event to one address. The name is looked up once, what it stands for is checked, and
 * that very address is connected to: a name that says something else the next moment gains nothing.
 * Redirects are not followed, and no more of the answer is read than is shown.
 */
import { lookup as systemLookup } from 'node:dns/promises';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Answer } from '../../core/webhooks/outcomes.ts';
import { isPublicAddress } from './addresses.ts';

export interface PostRules {
  /** Whether this machine and its network may be told, as in a sandbox. */
  readonly privateAllowed: boolean;
  readonly answerMsMax?: number;
  /** How long one endpoint may take of a round, looking its name up included. */
  readonly roundMsMax?: number;
  /** Certificates to trust, in place of the usual ones. */
  readonly ca?: string[];
  /** What a name stands for. */
  readonly lookup?: (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;
}

export const ANSWER_MS_MAX = 10_000;
const SHOWN_BYTES = 500;
const RETRY_AFTER_MS_MAX = 24 * 3_600_000;

const everyAddress = (hostname: string) => systemLookup(hostname, { all: true });

export async function post(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  rules: PostRules,
): Promise<Answer> {
  const url = new URL(address);
  const untilMs = performance.now() + (rules.answerMsMax ?? ANSWER_MS_MAX);
  const places = await inTime(placesOf(url, rules), untilMs);
  if (typeof places === 'string') return nothing(places);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const asked: ClientRequest = send(
      url,
      {
        method: 'POST',
        lookup: pinned(places),
        agent: false,
        ...(rules.ca === undefined ? {} : { ca: rules.ca }),
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Countersign',
        },
      },
      (answer) => void readAnswer(answer).then(resolve),
    );
    const timer = setTimeout(() => asked.destroy(new Error('No answer in time.')), untilMs - performance.now());
    asked.on('error', (error) => resolve(nothing(error.message)));
    asked.on('close', () => clearTimeout(timer));
    asked.end(body);
  });
}

const nothing = (why: string): Answer => ({ status: null, text: why, retryAfterMs: null });

type Places = readonly { readonly address: string; readonly family: number }[];

/** A lookup cannot be called off; what it says too late is not listened to. */
async function inTime(places: Promise<Places | string>, untilMs: number): Promise<Places | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('Its name was not found in time.'), untilMs - performance.now());
  });
  try {
    return await Promise.race([places, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why nothing is sent there, or the addresses that are connected to. */
async function placesOf({ protocol, hostname }: URL, rules: PostRules): Promise<Places | string> {
  if (protocol !== 'https:' && !rules.privateAllowed) return 'Only encrypted connections are made.';
  const bare = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  let places: Places;
  try {
    places = family === 0 ? await (rules.lookup ?? everyAddress)(bare) : [{ address: bare, family }];
  } catch (error) {
    return `The name ${bare} is not known: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!rules.privateAllowed && places.some((place) => !isPublicAddress(place.address)))
    return 'It stands for an address of a private network.';
  return places.length === 0 ? `The name ${bare} stands for no address.` : places;
}

const pinned =
  (places: Places): LookupFunction =>
  (_hostname, options, found) => {
    const [first] = places;
    if (options.all) found(null, [...places]);
    else found(null, first?.address ?? '', first?.family);
  };

async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  const read: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      read.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes >= SHOWN_BYTES) break;
    }
  } catch (error) {
    // The status came; what was to follow it does not matter.
    read.push(Buffer.from(` (${error instanceof Error ? error.message : String(error)})`));
  }
  answer.destroy();
  const text = Buffer.concat(read)
    .subarray(0, SHOWN_BYTES)
    .toString('utf8')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
  const status = answer.statusCode ?? null;
  return { status, text, retryAfterMs: retryAfter(answer.headers['retry-after']) };
}

function retryAfter(header: string | undefined): number | null {
  if (header === undefined || !/^\d{1,6}$/.test(header)) return null;
  return Math.min(RETRY_AFTER_MS_MAX, Number(header) * 1_000);
}
