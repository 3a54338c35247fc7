/** NOWPayments over HTTP: one call, its token, and what each failure of one proves. */
import { z } from 'zod';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { retryAfterMs } from '../retry-after.ts';
import { readJson, textOfNumber } from './json-text.ts';

export interface NowPaymentsKeys {
  readonly apiKey: string;
  readonly email: string;
  readonly password: string;
}

export interface NowPaymentsAccess {
  /** Read again for each call, so that new keys are used from the moment they are there. */
  readonly keys: () => NowPaymentsKeys;
  /** Of a simulated NOWPayments; the real one unless told otherwise. */
  readonly url?: string;
  readonly timeoutMs?: number;
  readonly nowMs: () => number;
}

export const NOWPAYMENTS_URL = 'https://api.nowpayments.io';

const TIMEOUT_MS = 30_000;
/** It lives for five minutes; a request must not reach them with one that has just died. */
const TOKEN_USED_FOR_MS = 4 * 60_000;
const RETRY_AFTER_MS = 5_000;
const ANSWER_BYTES_MAX = 20_000_000;

/** Said by NOWPayments itself, in its own form: the request was looked at, and nothing was done. */
export class NowRefusal extends Error {
  override readonly name = 'NowRefusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** It is about who asks, not about what is asked. */
  get isAboutAccess(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

const refusal = z.object({
  status: z.literal(false),
  statusCode: z.preprocess(textOfNumber, z.string()),
  code: z.string(),
  message: z.string(),
});
const signedIn = z.object({ token: z.string().min(1).max(10_000) });

interface Call {
  readonly body?: unknown;
  readonly token?: string;
}

export class NowPaymentsClient {
  readonly #access: NowPaymentsAccess;
  #token: { readonly text: string; readonly ofEmail: string; readonly atMs: number } | null = null;
  #quietUntilMs = 0;

  constructor(access: NowPaymentsAccess) {
    this.#access = access;
  }

  /** With the key alone. */
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    return this.#call(method, path, body === undefined ? {} : { body });
  }

  /** With a token. One that is not taken any more is renewed once. `first` is called right before each request. */
  async askSignedIn(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    first: () => Promise<void> = () => Promise.resolve(),
  ): Promise<unknown> {
    const had = this.#token;
    const ask = async () => {
      const token = await this.#signedIn();
      await first();
      return this.#call(method, path, { body, token });
    };
    try {
      return await ask();
    } catch (error) {
      const isStale = error instanceof NowRefusal && error.isAboutAccess && had !== null && had === this.#token;
      if (!isStale) throw error;
      this.#token = null;
      return ask();
    }
  }

  /** Whether e-mail and password are taken. */
  async signIn(): Promise<void> {
    this.#token = null;
    await this.#signedIn();
  }

  async #signedIn(): Promise<string> {
    const { email, password } = this.#access.keys();
    const atMs = this.#access.nowMs();
    const ageMs = atMs - (this.#token?.atMs ?? 0);
    if (this.#token?.ofEmail === email && ageMs >= 0 && ageMs < TOKEN_USED_FOR_MS) return this.#token.text;
    const { token } = expected(signedIn, await this.#call('POST', 'auth', { body: { email, password } }));
    this.#token = { text: token, ofEmail: email, atMs };
    return token;
  }

  async #call(method: 'GET' | 'POST', path: string, { body, token }: Call): Promise<unknown> {
    const { url = NOWPAYMENTS_URL, timeoutMs = TIMEOUT_MS, nowMs, keys } = this.#access;
    const leftMs = this.#quietUntilMs - nowMs();
    if (leftMs > 0)
      throw new ProviderUnreachable('NOWPayments wants to be asked later', { retryAfterMs: leftMs, notTaken: true });
    const { response, text } = await reached(new URL(`${url.replace(/\/(?:v1\/?)?$/, '')}/v1/${path}`), {
      method,
      headers: {
        'x-api-key': keys().apiKey,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 429) {
      const retryAfterMs = waitOf(response);
      this.#quietUntilMs = nowMs() + retryAfterMs;
      // Said by a box on the way it would prove nothing.
      const notTaken = refusal.safeParse(jsonOrNull(text)).success;
      throw new ProviderUnreachable('NOWPayments is asked too often', { retryAfterMs, notTaken });
    }
    if (response.status === 200 || response.status === 201) return answerOf(response, text);
    throw failureOf(response.status, text);
  }
}

async function reached(url: URL, init: RequestInit): Promise<{ readonly response: Response; readonly text: string }> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    if (text.length > ANSWER_BYTES_MAX) throw new Error('The answer is larger than any can be');
    return { response, text };
  } catch (error) {
    throw new ProviderUnreachable('NOWPayments did not answer', { cause: error });
  }
}

function answerOf(response: Response, text: string): unknown {
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return text;
  try {
    return readJson(text);
  } catch (error) {
    throw new ProviderUnreachable('NOWPayments answered with something else than was expected', { cause: error });
  }
}

/** What is not in NOWPayments' own form may come from anybody on the way, and proves nothing. */
function failureOf(status: number, text: string): Error {
  const said = refusal.safeParse(jsonOrNull(text));
  if (!said.success || status < 400 || status >= 500 || said.data.statusCode !== String(status))
    return new ProviderUnreachable(`NOWPayments answered ${status}`);
  return new NowRefusal(status, said.data.code, said.data.message);
}

function jsonOrNull(text: string): unknown {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function waitOf({ headers }: Response): number {
  const told = retryAfterMs({ retryAfter: headers.get('retry-after'), date: headers.get('date') });
  return told ?? RETRY_AFTER_MS;
}

export function expected<T>(form: z.ZodType<T>, answer: unknown): T {
  const parsed = form.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ProviderUnreachable('NOWPayments answered with something else than was expected', { cause: parsed.error });
}

/** Of a question: whatever is not an answer proves nothing. */
export function questionError(error: unknown): Error {
  if (!(error instanceof NowRefusal)) return error instanceof Error ? error : new Error(String(error));
  const why = error.isAboutAccess
    ? `NOWPayments does not accept the keys, or not from here: ${error.message}`
    : `NOWPayments does not answer that: ${error.message}`;
  return new ProviderUnreachable(why, { cause: error });
}
