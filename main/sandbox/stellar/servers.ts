/** The simulated network on two sockets: Soroban RPC and Horizon, over one ledger that closes on a clock. */
import type { IncomingMessage } from 'node:http';
import { StrKey } from '@stellar/stellar-sdk';
import { z } from 'zod';
import { SANDBOX_PASSPHRASE } from '../../rails/stellar/networks.ts';
import { type Answer, answerUnderFaults } from '../faults/answering.ts';
import type { Faults } from '../faults/faults.ts';
import { listen } from '../on-a-socket.ts';
import { answerHorizon, type HorizonAnswer, problem } from './horizon.ts';
import { openJournal } from './journal.ts';
import { StellarNetwork } from './network.ts';
import { answerRpc, RpcError, rpcRequest } from './rpc.ts';

export { SANDBOX_PASSPHRASE };

/** A week of ledgers, five seconds each, as public nodes keep. */
const RETENTION = 120_960;
const BODY_BYTES_MAX = 2_000_000;
const OWN_FAULTS = ['contradict', 'fail_late', 'forget_history', 'raise_fee'] as const;

export interface StellarSandboxOptions {
  readonly passphrase?: string;
  readonly nowMs: () => number;
  readonly faults: Faults;
  /** Null where a test closes ledgers itself. */
  readonly ledgerMs: number | null;
  readonly retention?: number;
  /** Where its ledgers are kept, so that it outlives its process; in memory only without one. */
  readonly stateFile?: string;
  readonly host?: string;
  /** 0 for any free port. */
  readonly rpcPort?: number;
  readonly horizonPort?: number;
}

export interface StellarSandbox {
  readonly network: StellarNetwork;
  readonly rpcUrl: string;
  readonly horizonUrl: string;
  close(): Promise<void>;
}

export async function startStellarSandbox(options: StellarSandboxOptions): Promise<StellarSandbox> {
  const { nowMs, faults, ledgerMs, host, retention = RETENTION } = options;
  const journal = options.stateFile === undefined ? null : openJournal(options.stateFile);
  const network = new StellarNetwork({
    passphrase: options.passphrase ?? SANDBOX_PASSPHRASE,
    nowMs,
    ...(journal ? { before: journal.before, keep: journal.keep } : {}),
  });
  const around = { network, retention, friendbotUrl: '' };

  const horizon = await listen(
    (request, response) => {
      const url = new URL(request.url ?? '/', 'http://horizon');
      const where = `horizon.${nameOf(request.method, url.pathname)}`;
      void readBody(request).then((body) =>
        answerUnderFaults({
          faults,
          where,
          nowMs: nowMs(),
          response,
          ownFaults: OWN_FAULTS,
          refusal: (status) => asJson(problem(status, status === 429 ? 'Rate Limit Exceeded' : 'Server Error')),
          handle: (fault) => {
            if (body === null) return asJson(problem(413, 'Payload Too Large'));
            const gift = give(network, url);
            if (gift) return asJson(gift);
            const form = new URLSearchParams(body);
            const base = `http://${request.headers.host}`;
            const { pathname: path, searchParams: query } = url;
            return asJson(answerHorizon(network, { method: request.method ?? '', path, query, form, base }, fault));
          },
        }),
      );
    },
    { host, port: options.horizonPort },
  );

  const rpc = await listen(
    (request, response) => {
      void readBody(request).then((body) => {
        const parsed = rpcRequest.safeParse(jsonOf(body));
        return answerUnderFaults({
          faults,
          where: `stellar.${parsed.data?.method ?? 'unreadable'}`,
          nowMs: nowMs(),
          response,
          ownFaults: OWN_FAULTS,
          refusal: (status) => ({ status, body: JSON.stringify({ error: 'refused by the sandbox' }) }),
          handle: (fault) => {
            if (!parsed.success) return rpcAnswer(null, { error: { code: -32700, message: 'no request of JSON-RPC' } });
            const { id, method, params } = parsed.data;
            return rpcAnswer(
              id,
              tryRpc(() => answerRpc({ ...around, friendbotUrl: `${horizon.url}/friendbot` }, method, params, fault)),
            );
          },
        });
      });
    },
    { host, port: options.rpcPort },
  );

  const timer = ledgerMs === null ? null : setInterval(() => network.close(), ledgerMs);
  timer?.unref();
  return {
    network,
    rpcUrl: rpc.url,
    horizonUrl: horizon.url,
    close: async () => {
      if (timer) clearInterval(timer);
      await Promise.all([rpc.close(), horizon.close()]);
      journal?.close();
    },
  };
}

/** `friendbot?addr=` and `sandbox/usdc?addr=&amount=` give test money away. */
function give(network: StellarNetwork, { pathname, searchParams }: URL): HorizonAnswer | null {
  if (pathname !== '/friendbot' && pathname !== '/sandbox/usdc') return null;
  const address = searchParams.get('addr') ?? '';
  if (!StrKey.isValidEd25519PublicKey(address)) return problem(400, 'Bad Request');
  if (pathname === '/friendbot') {
    network.fund(address);
    return { status: 200, body: { successful: true, hash: network.close().hash } };
  }
  const amount = /^\d{1,12}$/.exec(searchParams.get('amount') ?? '10000')?.[0];
  if (amount === undefined) return problem(400, 'Bad Request');
  if (!network.giveUsdc(address, BigInt(amount) * 10_000_000n))
    return problem(400, 'Bad Request', { why: 'no trustline, or its limit' });
  return { status: 200, body: { issuer: network.issuer.publicKey() } };
}

/** `POST /transactions` is `transactions.create`, `GET /accounts/G…` is `accounts.get`. */
function nameOf(method: string | undefined, path: string): string {
  const [resource = 'root', id, part] = path.split('/').filter((piece) => piece !== '');
  const of = [resource, part].filter((piece) => piece !== undefined).join('.');
  return `${of}.${method === 'POST' ? 'create' : id === undefined ? 'list' : 'get'}`;
}

function tryRpc(answer: () => unknown): Record<string, unknown> {
  try {
    return { result: answer() };
  } catch (error) {
    if (error instanceof RpcError) return { error: { code: error.code, message: error.message } };
    if (error instanceof z.ZodError) return { error: { code: -32602, message: z.prettifyError(error) } };
    // What the kit could not decode is the caller's, as it came in with the call.
    return { error: { code: -32602, message: error instanceof Error ? error.message : String(error) } };
  }
}

function rpcAnswer(id: string | number | null, rest: Record<string, unknown>): Answer {
  return { status: 200, body: JSON.stringify({ jsonrpc: '2.0', id, ...rest }) };
}

function asJson({ status, body }: HorizonAnswer): Answer {
  return { status, body: JSON.stringify(body) };
}

function jsonOf(body: string | null): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Null for more than any honest client sends. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return bytes > BODY_BYTES_MAX ? null : Buffer.concat(chunks).toString('utf8');
}
