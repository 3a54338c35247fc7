/**
 * The simulated Stripe on a socket, for Stripe's own kit: any `sk_test_…` key is taken, connected
 * accounts are made with `accounts.create`, and the balance is filled with `topups.create`. Times
 * pass by the clock it is given.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, answerUnderFaults } from '../faults/answering.ts';
import type { Faults } from '../faults/faults.ts';
import { listen, type Place, RateLimit, type Request, readRequest, routeOf } from '../on-a-socket.ts';
import { API_VERSION } from './bodies.ts';
import { badKey, bodyOf, type FailureFacts, noSuchRoute, ownFault, rateLimited, StripeFailure } from './failures.ts';
import { readForm } from './form.ts';
import { IdempotencyKeys } from './idempotency.ts';
import { type Journal, noJournal, openJournal } from './journal.ts';
import { type BankTimes, Platform } from './platform.ts';
import { ROUTES, type Route } from './routes.ts';
import { Webhooks } from './webhooks.ts';

const BODY_BYTES_MAX = 1_000_000;
const LOOK_AT_WEBHOOKS_EVERY_MS = 500;
const BANK_TIMES: BankTimes = { staysMs: 60_000, travelsMs: 60_000, comesBackMs: 60_000 };
const TEST_KEY = /^(?:sk|rk)_test_[A-Za-z0-9_]{1,200}$/;

export interface StripeSandboxOptions extends Place {
  readonly nowMs: () => number;
  readonly faults: Faults;
  /** Requests a second; more are refused. Null: as many as come. */
  readonly rateLimit?: number | null;
  /** How long the carrying out of a call takes, which is how long its key is in use. */
  readonly takesMs?: number;
  readonly bankTimes?: BankTimes;
  /** Where what happened is kept, so that it outlives its process; in memory only without one. */
  readonly stateFile?: string;
  /** Whose platform it is. */
  readonly account?: string;
}

export interface StripeSandbox {
  readonly url: string;
  readonly platform: Platform;
  readonly webhooks: Webhooks;
  /** Keys that were made useless. */
  readonly revoked: Set<string>;
  close(): Promise<void>;
}

export async function startStripeSandbox(options: StripeSandboxOptions): Promise<StripeSandbox> {
  const { nowMs, faults } = options;
  const journal = options.stateFile === undefined ? noJournal : openJournal(options.stateFile);
  const platform = new Platform({ nowMs, times: options.bankTimes ?? BANK_TIMES, account: options.account, journal });
  const webhooks = new Webhooks(nowMs, faults);
  platform.onEvent = (event) => webhooks.announce(event);
  const revoked = new Set<string>();
  const service = new StripeService({ platform, webhooks, options, journal, revoked });
  const server = await listen((request, response) => void service.answer(request, response), options);
  // Time passes for banks and webhooks also where nobody asks.
  const timer = setInterval(() => {
    platform.passTime();
    void webhooks.deliver();
  }, LOOK_AT_WEBHOOKS_EVERY_MS);
  timer.unref();
  return {
    url: server.url,
    platform,
    webhooks,
    revoked,
    close: async () => {
      clearInterval(timer);
      await server.close();
      await webhooks.deliver();
      journal.close();
    },
  };
}

interface Asked extends Request {
  readonly requestId: string;
}

interface ServiceParts {
  readonly platform: Platform;
  readonly webhooks: Webhooks;
  readonly options: StripeSandboxOptions;
  readonly journal: Journal;
  readonly revoked: ReadonlySet<string>;
}

class StripeService {
  readonly #platform: Platform;
  readonly #webhooks: Webhooks;
  readonly #options: StripeSandboxOptions;
  readonly #keys: IdempotencyKeys;
  readonly #revoked: ReadonlySet<string>;
  #requests = 0;
  readonly #rate: RateLimit;

  constructor({ platform, webhooks, options, journal, revoked }: ServiceParts) {
    this.#revoked = revoked;
    this.#platform = platform;
    this.#webhooks = webhooks;
    this.#options = options;
    this.#keys = new IdempotencyKeys(journal);
    this.#rate = new RateLimit(options.rateLimit ?? null, options.nowMs);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { nowMs, faults } = this.#options;
    const read = await readRequest(request, BODY_BYTES_MAX);
    if (read === null) {
      // The caller went away with half a request.
      response.destroy();
      return;
    }
    const asked = { ...read, requestId: `req_sandbox${++this.#requests}` };
    const found = routeOf(ROUTES, asked);
    await answerUnderFaults({
      faults,
      where: `stripe.${found?.route.name ?? 'unknown'}`,
      nowMs: nowMs(),
      response,
      handle: () => this.#carryOut(asked, found?.route ?? null, found?.id ?? ''),
      refusal: (status) => {
        const answer = this.#failed(asked, ownFault(status));
        const key = keyOf(asked);
        // What broke while it was at work stays broken for that key.
        if (status === 500 && key !== null) this.#keys.keepFailure(key, callOf(asked), nowMs(), answer);
        return answer;
      },
    });
  }

  async #carryOut(asked: Asked, route: Route | null, id: string): Promise<Answer> {
    const { nowMs, takesMs = 0 } = this.#options;
    const key = keyOf(asked);
    let begun = false;
    try {
      this.#admit(asked);
      if (route === null) throw noSuchRoute(asked.method, asked.path);
      if (key !== null) {
        const known = this.#keys.begin(key, callOf(asked), nowMs());
        if (known !== null) return known;
        begun = true;
      }
      if (takesMs > 0 && asked.method === 'POST') await sleep(takesMs);
      const answer = this.#ok(asked, this.#handle(asked, route, id, key));
      if (key !== null) this.#keys.keep(key, answer);
      return answer;
    } catch (error) {
      if (!(error instanceof StripeFailure)) throw error;
      const answer = this.#failed(asked, error.facts);
      if (key !== null && begun) {
        if (error.facts.begun === true) this.#keys.keep(key, answer);
        else this.#keys.forget(key);
      }
      return answer;
    }
  }

  #handle(asked: Asked, route: Route, id: string, key: string | null): unknown {
    this.#platform.passTime();
    const account = headerOf(asked, 'stripe-account');
    if (account !== null) this.#platform.account(account);
    return route.handle({
      platform: this.#platform,
      webhooks: this.#webhooks,
      account,
      id,
      form: readForm(asked.method === 'POST' ? asked.body : asked.search),
      url: asked.path,
      cause: { id: asked.requestId, key },
    });
  }

  #admit(asked: Asked): void {
    const authorization = headerOf(asked, 'authorization') ?? '';
    const key = /^Bearer (.*)$/.exec(authorization)?.[1] ?? '';
    if (!TEST_KEY.test(key) || this.#revoked.has(key)) throw badKey(key);
    if (this.#rate.isOver()) throw rateLimited();
  }

  #ok(asked: Asked, body: unknown): Answer {
    return { status: 200, headers: headersFor(asked), body: JSON.stringify(body, null, 2) };
  }

  #failed(asked: Asked, facts: FailureFacts): Answer {
    const limited = facts.status === 429 ? { 'Retry-After': '1', 'Stripe-Rate-Limited-Reason': 'global-rate' } : {};
    return { status: facts.status, headers: { ...headersFor(asked), ...limited }, body: bodyOf(facts) };
  }
}

function headersFor(asked: Asked): Record<string, string> {
  const key = keyOf(asked);
  return {
    'Request-Id': asked.requestId,
    'Stripe-Version': headerOf(asked, 'stripe-version') ?? API_VERSION,
    ...(key !== null && { 'Idempotency-Key': key }),
  };
}

/** Only what changes something has a key. */
function keyOf(asked: Asked): string | null {
  return asked.method === 'POST' ? headerOf(asked, 'idempotency-key') : null;
}

/** What a key stands for: the same words at the same place. */
function callOf(asked: Asked): string {
  return [asked.method, asked.path, headerOf(asked, 'stripe-account') ?? '', asked.body].join('\n');
}

function headerOf({ headers }: Asked, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
