/** A simulated NOWPayments with faults that a test switches on, and a plain client as anybody would write one. */
import { type NowPaymentsSandboxOptions, startNowPaymentsSandbox } from '../../main/sandbox/nowpayments/server.ts';
import { START_MS, switchedFaults } from './stripe-world.ts';

export const TRON = 'TEmGwPeRTPiLFLVfBxXkSP91yc5GMNQhfS';
export const TRON_FAILS = 'TEmGwPeRTPiLFLVfBxXkSP91yc5GMNFaiL';
export const TRON_LATE = 'TEmGwPeRTPiLFLVfBxXkSP91yc5GMNLate';
export const TRON_STRANGE = 'TEmGwPeRTPiLFLVfBxXkSP91yc5GMNoddy';

export const KEYS = { apiKey: 'test-key', email: 'treasury@example.test', password: 'secret' };

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came back
  readonly body: any;
}

export async function nowWorld(options: Partial<NowPaymentsSandboxOptions> = {}) {
  const time = { nowMs: START_MS };
  const faults = switchedFaults();
  const sandbox = await startNowPaymentsSandbox({ nowMs: () => time.nowMs, faults, ...options });

  const ask = async (method: string, path: string, body?: unknown, token?: string): Promise<Answered> => {
    const response = await fetch(`${sandbox.url}/v1/${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-api-key': KEYS.apiKey,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
  };
  const signIn = async (): Promise<string> =>
    (await ask('POST', 'auth', { email: KEYS.email, password: KEYS.password })).body.token;

  return {
    ...sandbox,
    time,
    faults,
    ask,
    signIn,
    advance: (ms: number) => {
      time.nowMs += ms;
    },
    /** Asks for payments as a client would; gives what was answered. */
    async pay(withdrawals: readonly Record<string, unknown>[]): Promise<Answered> {
      return ask('POST', 'payout', { withdrawals }, await signIn());
    },
    async verify(batchId: string, code = '123456'): Promise<Answered> {
      return ask('POST', `payout/${batchId}/verify`, { verification_code: code }, await signIn());
    },
  };
}
