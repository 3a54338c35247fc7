/**
 * Sends one event to one address, and to the place that was checked. Redirects are not followed, and
 * no more of the answer is read than is shown.
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Answer } from '../../core/webhooks/outcomes.ts';
import { type PlaceRules, pinnedTo, placesInTime } from '../web/places.ts';

export interface PostRules extends PlaceRules {
  readonly answerMsMax?: number;
  /** How long one endpoint may take of a round, looking its name up included. */
  readonly roundMsMax?: number;
  /** Certificates to trust, in place of the usual ones. */
  readonly ca?: string[];
}

export const ANSWER_MS_MAX = 10_000;
const SHOWN_BYTES = 500;
const RETRY_AFTER_MS_MAX = 24 * 3_600_000;

export async function post(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  rules: PostRules,
): Promise<Answer> {
  const url = new URL(address);
  const untilMs = performance.now() + (rules.answerMsMax ?? ANSWER_MS_MAX);
  const places = await placesInTime(url, rules, untilMs);
  if (typeof places === 'string') return nothing(places);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const asked: ClientRequest = send(
      url,
      {
        method: 'POST',
        lookup: pinnedTo(places),
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
