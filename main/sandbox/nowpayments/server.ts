/**
 * The simulated NOWPayments on a socket: any e-mail, password and API key is taken, and any code of
 * six digits but 000000. Its account is full when it begins. Times pass by the clock it is given.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, answerUnderFaults } from '../faults/answering.ts';
import type { Faults } from '../faults/faults.ts';
import type { Fault } from '../faults/rules.ts';
import { listen, type Place, RateLimit, type Request, readRequest, routeOf } from '../on-a-socket.ts';
import { Account, type AccountOptions } from './account.ts';
import { badRequest, bodyOf, NowFailure, noKey, noToken, notFound, oldToken, ownFault, tooMany } from './failures.ts';
import { Notifications, SANDBOX_IPN_SECRET } from './ipn.ts';
import { ROUTES, type Route } from './routes.ts';
import { isTokenGood } from './tokens.ts';

const BODY_BYTES_MAX = 2_000_000;
const LOOK_EVERY_MS = 500;

export interface NowPaymentsSandboxOptions extends AccountOptions, Place {
  readonly faults: Faults;
  readonly ipnSecret?: string;
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
  const { nowMs, faults } = options;
  const account = new Account(options);
  const notifications = new Notifications(nowMs, faults, options.ipnSecret ?? SANDBOX_IPN_SECRET);
  account.onChange = (withdrawal) => notifications.announce(withdrawal);
  const service = new NowPaymentsService(account, options);
  const server = await listen((request, response) => void service.answer(request, response), options);
  // Payments go on also where nobody asks.
  const timer = setInterval(() => {
    account.passTime();
    void notifications.deliver();
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    url: server.url,
    account,
    notifications,
    close: async () => {
      clearInterval(timer);
      await server.close();
      await notifications.deliver();
      account.close();
    },
  };
}

class NowPaymentsService {
  readonly #account: Account;
  readonly #options: NowPaymentsSandboxOptions;
  readonly #rate: RateLimit;

  constructor(account: Account, options: NowPaymentsSandboxOptions) {
    this.#account = account;
    this.#options = options;
    this.#rate = new RateLimit(options.rateLimit ?? null, options.nowMs);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { nowMs, faults } = this.#options;
    const asked = await readRequest(request, BODY_BYTES_MAX);
    if (asked === null) {
      // The caller went away with half a request.
      response.destroy();
      return;
    }
    const found = routeOf(ROUTES, asked);
    await answerUnderFaults({
      faults,
      where: `nowpayments.${found?.route.name ?? 'unknown'}`,
      nowMs: nowMs(),
      response,
      handle: (fault) => this.#carryOut(asked, found, fault),
      ...(found?.route.name === 'payout.list' && { ownFaults: ['reorder'] as const }),
      refusal: (status) => failed(ownFault(status)),
    });
  }

  #carryOut(asked: Request, found: { readonly route: Route; readonly id: string } | null, fault: Fault | null): Answer {
    try {
      if (found === null) throw notFound('Endpoint');
      const { route, id } = found;
      this.#admit(asked, route);
      this.#account.passTime();
      const answer = route.handle({ account: this.#account, id, query: asked.query, body: jsonOf(asked), fault });
      if (typeof answer === 'string') return { status: 200, headers: { 'Content-Type': 'text/html' }, body: answer };
      return { status: 200, body: JSON.stringify(answer) };
    } catch (error) {
      if (!(error instanceof NowFailure)) throw error;
      return failed(error);
    }
  }

  #admit({ headers }: Request, { needs }: Route): void {
    if (this.#rate.isOver()) throw tooMany();
    if (needs === 'nothing') return;
    if (typeof headers['x-api-key'] !== 'string' || headers['x-api-key'] === '') throw noKey();
    if (needs === 'key') return;
    const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    if (token === undefined) throw noToken();
    if (!isTokenGood(token, this.#options.nowMs())) throw oldToken();
  }
}

function failed(failure: NowFailure): Answer {
  const after = failure.status === 429 ? { 'Retry-After': '1' } : {};
  return { status: failure.status, headers: after, body: bodyOf(failure) };
}

function jsonOf({ body }: Request): unknown {
  if (body === '') return null;
  try {
    return JSON.parse(body);
  } catch {
    throw badRequest('The body is not JSON');
  }
}
