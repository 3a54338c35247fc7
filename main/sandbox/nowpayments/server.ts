/**
 * The simulated NOWPayments on a socket: any e-mail, password and API key is taken, and any code of
 * six digits but 000000. Its account is full when it begins. Times pass by the clock it is given.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, answerUnderFaults } from '../faults/answering.ts';
import type { Faults } from '../faults/faults.ts';
import { Account, type AccountOptions } from './account.ts';
import { badRequest, bodyOf, NowFailure, noKey, noToken, notFound, oldToken, ownFault, tooMany } from './failures.ts';
import { Notifications, SANDBOX_IPN_SECRET } from './ipn.ts';
import { ROUTES, type Route } from './routes.ts';
import { isTokenGood } from './tokens.ts';

const BODY_BYTES_MAX = 2_000_000;
const LOOK_EVERY_MS = 500;

export interface NowPaymentsSandboxOptions extends AccountOptions {
  readonly faults: Faults;
  readonly ipnSecret?: string;
  readonly host?: string;
  /** 0 for any free one. */
  readonly port?: number;
  /** Requests a second; more are refused. Null: as many as come. */
  readonly rateLimit?: number | null;
}

export interface NowPaymentsSandbox {
  readonly url: string;
  readonly account: Account;
  readonly notifications: Notifications;
  close(): Promise<void>;
}

export async function startNowPaymentsSandbox(options: NowPaymentsSandboxOptions): Promise<NowPaymentsSandbox> {
  const { nowMs, faults, host = '127.0.0.1', port = 0 } = options;
  const account = new Account(options);
  const notifications = new Notifications(nowMs, faults, options.ipnSecret ?? SANDBOX_IPN_SECRET);
  account.onChange = (withdrawal) => notifications.announce(withdrawal);
  const service = new NowPaymentsService(account, options);
  const server = createServer((request, response) => void service.answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  // Payments go on also where nobody asks.
  const timer = setInterval(() => {
    account.passTime();
    void notifications.deliver();
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    account,
    notifications,
    close: async () => {
      clearInterval(timer);
      await stop(server);
      await notifications.deliver();
      account.close();
    },
  };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

class NowPaymentsService {
  readonly #account: Account;
  readonly #options: NowPaymentsSandboxOptions;
  #second = { at: 0, requests: 0 };

  constructor(account: Account, options: NowPaymentsSandboxOptions) {
    this.#account = account;
    this.#options = options;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { nowMs, faults } = this.#options;
    const asked = await readRequest(request);
    if (asked === null) {
      // The caller went away with half a request.
      response.destroy();
      return;
    }
    const found = ROUTES.map((route) => ({ route, match: route.path.exec(asked.path) })).find(
      ({ route, match }) => match !== null && route.method === asked.method,
    );
    await answerUnderFaults({
      faults,
      where: `nowpayments.${found?.route.name ?? 'unknown'}`,
      nowMs: nowMs(),
      response,
      handle: () => this.#carryOut(asked, found?.route ?? null, found?.match?.[1] ?? ''),
      refusal: (status) => failed(ownFault(status)),
    });
  }

  #carryOut(asked: Asked, route: Route | null, id: string): Answer {
    try {
      if (route === null) throw notFound('Endpoint');
      this.#admit(asked, route);
      this.#account.passTime();
      const answer = route.handle({ account: this.#account, id, query: asked.query, body: jsonOf(asked) });
      if (typeof answer === 'string') return { status: 200, headers: { 'Content-Type': 'text/html' }, body: answer };
      return { status: 200, body: JSON.stringify(answer) };
    } catch (error) {
      if (!(error instanceof NowFailure)) throw error;
      return failed(error);
    }
  }

  #admit({ headers }: Asked, { needs }: Route): void {
    const { rateLimit = null, nowMs } = this.#options;
    if (rateLimit !== null) {
      const at = Math.floor(nowMs() / 1000);
      this.#second = at === this.#second.at ? { at, requests: this.#second.requests + 1 } : { at, requests: 1 };
      if (this.#second.requests > rateLimit) throw tooMany();
    }
    if (needs === 'nothing') return;
    if (typeof headers['x-api-key'] !== 'string' || headers['x-api-key'] === '') throw noKey();
    if (needs === 'key') return;
    const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    if (token === undefined) throw noToken();
    if (!isTokenGood(token, nowMs())) throw oldToken();
  }
}

function failed(failure: NowFailure): Answer {
  const after = failure.status === 429 ? { 'Retry-After': '1' } : {};
  return { status: failure.status, headers: after, body: bodyOf(failure) };
}

function jsonOf({ body }: Asked): unknown {
  if (body === '') return null;
  try {
    return JSON.parse(body);
  } catch {
    throw badRequest('The body is not JSON');
  }
}

async function readRequest(request: IncomingMessage): Promise<Asked | null> {
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://nowpayments');
  let body = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) {
      body += chunk as string;
      if (body.length > BODY_BYTES_MAX) return null;
    }
  } catch {
    return null;
  }
  return { method: request.method ?? '', path, query, body, headers: request.headers };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
