/**
 * A payout provider that moves no money, over real HTTP: what the first rail talks to. It keeps
 * its own records in a file of its own, so that it outlives the engine as a real provider would.
 *
 *   POST /payouts {key, address, asset, amountMinor}   the same key gives the same payout
 *   GET  /payouts/{reference}     GET /payouts?key=…     GET /events?after=N
 *
 * Addresses say what is to happen: `sim:fail…` is refused finally, `sim:strange…` answers with a
 * status nobody knows, everything else completes.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { listen } from './on-a-socket.ts';

const order = z.strictObject({
  key: z.string().min(1).max(128),
  address: z.string().min(1).max(200),
  asset: z.string().min(1).max(120),
  amountMinor: z.string().regex(/^[1-9]\d{0,18}$/),
});

const record = order.extend({
  seq: z.int(),
  reference: z.string(),
  status: z.enum(['completed', 'failed', 'mystery']),
  message: z.string().nullable(),
  atMs: z.int(),
});
export type BankRecord = z.infer<typeof record>;

export interface SimulatedBank {
  readonly url: string;
  records(): readonly BankRecord[];
  close(): Promise<void>;
}

export interface BankOptions {
  /** Where the bank keeps its records; null keeps them in memory only. */
  readonly file: string | null;
  readonly nowMs: () => number;
}

const BODY_BYTES_MAX = 16_384;
const PAGE = 200;

export async function startSimulatedBank(options: BankOptions): Promise<SimulatedBank> {
  const ledger = openRecords(options.file);
  const server = await listen((request, response) => {
    answer(request, ledger, options.nowMs).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => send(response, error instanceof BadRequest ? 400 : 500, { error: String(error) }),
    );
  });
  return {
    url: server.url,
    records: () => ledger.all(),
    close: async () => {
      await server.close();
      ledger.close();
    },
  };
}

class BadRequest extends Error {}

interface Records {
  all(): readonly BankRecord[];
  byKey(key: string): BankRecord | undefined;
  byReference(reference: string): BankRecord | undefined;
  append(entry: BankRecord): void;
  close(): void;
}

function openRecords(file: string | null): Records {
  const entries: BankRecord[] = [];
  if (file !== null && existsSync(file)) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      // A line that a crash cut off was never answered for.
      if (line.endsWith('}')) entries.push(record.parse(JSON.parse(line)));
    }
  }
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const byReference = new Map(entries.map((entry) => [entry.reference, entry]));
  const handle = file === null ? null : openSync(file, 'a', 0o600);
  return {
    all: () => entries,
    byKey: (key) => byKey.get(key),
    byReference: (reference) => byReference.get(reference),
    append(entry) {
      if (handle !== null) {
        writeSync(handle, `\n${JSON.stringify(entry)}`);
        fsyncSync(handle);
      }
      entries.push(entry);
      byKey.set(entry.key, entry);
      byReference.set(entry.reference, entry);
    },
    close: () => {
      if (handle !== null) closeSync(handle);
    },
  };
}

async function answer(
  request: IncomingMessage,
  records: Records,
  nowMs: () => number,
): Promise<{ status: number; body: unknown }> {
  const url = new URL(request.url ?? '/', 'http://bank');
  if (request.method === 'POST' && url.pathname === '/payouts') return take(await readBody(request), records, nowMs());
  if (request.method !== 'GET') return { status: 405, body: { error: 'method not allowed' } };
  if (url.pathname === '/payouts') return found(records.byKey(url.searchParams.get('key') ?? ''));
  if (url.pathname.startsWith('/payouts/')) return found(records.byReference(url.pathname.slice('/payouts/'.length)));
  if (url.pathname === '/events') {
    const after = Number(url.searchParams.get('after') ?? '0');
    const page = records
      .all()
      .filter((entry) => entry.seq > after)
      .slice(0, PAGE);
    const last = page.at(-1)?.seq ?? after;
    return { status: 200, body: { events: page, more: records.all().length > last } };
  }
  return { status: 404, body: { error: 'no such path' } };
}

function take(body: string, records: Records, atMs: number): { status: number; body: unknown } {
  const parsed = order.safeParse(parseJson(body));
  if (!parsed.success) return { status: 400, body: { error: z.prettifyError(parsed.error) } };
  const asked = parsed.data;
  const earlier = records.byKey(asked.key);
  if (earlier) {
    const same =
      earlier.address === asked.address && earlier.asset === asked.asset && earlier.amountMinor === asked.amountMinor;
    return same
      ? { status: 200, body: earlier }
      : { status: 409, body: { error: 'that key was used for another payout' } };
  }
  const seq = records.all().length + 1;
  const outcome = outcomeFor(asked.address);
  const entry: BankRecord = { ...asked, ...outcome, seq, reference: referenceFor(asked.key), atMs };
  records.append(entry);
  return { status: 200, body: entry };
}

/** Follows from the key, so that a bank whose book was lost does not name two payouts alike. */
function referenceFor(key: string): string {
  return `sim_${createHash('sha256').update(key).digest('hex').slice(0, 20)}`;
}

function outcomeFor(address: string): Pick<BankRecord, 'status' | 'message'> {
  if (address.startsWith('sim:fail')) return { status: 'failed', message: 'The account is closed.' };
  if (address.startsWith('sim:strange')) return { status: 'mystery', message: null };
  return { status: 'completed', message: null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new BadRequest('not JSON');
    throw error;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > BODY_BYTES_MAX) throw new BadRequest('too large');
  }
  return text;
}

function found(entry: BankRecord | undefined): { status: number; body: unknown } {
  return entry ? { status: 200, body: entry } : { status: 404, body: { error: 'not found' } };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
