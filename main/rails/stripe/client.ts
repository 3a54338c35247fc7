/** Stripe's own kit, told where Stripe is, and kept from asking anything twice by itself. */
import Stripe from 'stripe';

export interface StripeAccess {
  /** Read again for each call, so that a new key is used from the moment it is there. */
  readonly key: () => string;
  /** Of a simulated Stripe; the real one unless told otherwise. */
  readonly url?: string;
  readonly timeoutMs?: number;
  /** Told of a key that Stripe does not take any more. */
  readonly onRefused?: (key: string) => void;
}

export const STRIPE_URL = 'https://api.stripe.com';

const TIMEOUT_MS = 30_000;
const UNAUTHORIZED = 401;

export function stripeClient({ key, url = STRIPE_URL, timeoutMs = TIMEOUT_MS, onRefused }: StripeAccess): () => Stripe {
  const { hostname, port, protocol } = new URL(url);
  const isTls = protocol === 'https:';
  let made: { readonly key: string; readonly client: Stripe } | null = null;
  return () => {
    const current = key();
    if (made?.key === current) return made.client;
    const client = new Stripe(current, {
      host: hostname,
      port: port === '' ? (isTls ? 443 : 80) : Number(port),
      protocol: isTls ? 'https' : 'http',
      httpClient: onceOnly(Stripe.createNodeHttpClient(), () => onRefused?.(current)),
      maxNetworkRetries: 0,
      timeout: timeoutMs,
      telemetry: false,
    });
    made = { key: current, client };
    return client;
  };
}

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/**
 * The kit asks again by itself when a connection was closed, whatever it is told. By then a computer
 * may have slept for a day, and Stripe may have forgotten the key under which it paid: asking again
 * is decided by whoever can look first. The kit knows such an error by its code, so it gets none.
 */
function onceOnly(client: HttpClient, onRefused: () => void): HttpClient {
  const makeRequest: HttpClient['makeRequest'] = async (...request) => {
    try {
      const response = await client.makeRequest(...request);
      if (response.getStatusCode() === UNAUTHORIZED) onRefused();
      return response;
    } catch (error) {
      if (isTimeout(error)) throw error;
      throw new Error('The connection to Stripe broke', { cause: error });
    }
  };
  return { getClientName: () => client.getClientName(), makeRequest };
}

function isTimeout(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ETIMEDOUT';
}
