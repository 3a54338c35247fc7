/** What Stripe refuses, in its own words and shape. */
export interface FailureFacts {
  readonly status: number;
  readonly type: 'invalid_request_error' | 'idempotency_error' | 'api_error';
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
  /** Whether the call had begun to be carried out: only then is its answer kept for its key. */
  readonly begun?: boolean;
}

export class StripeFailure extends Error {
  override readonly name = 'StripeFailure';
  readonly facts: FailureFacts;

  constructor(facts: FailureFacts) {
    super(facts.message);
    this.facts = facts;
  }
}

const request = (status: number, message: string, more: Partial<FailureFacts> = {}) =>
  new StripeFailure({ status, type: 'invalid_request_error', message, ...more });

export const badKey = (key: string) =>
  request(401, key === '' ? 'You did not provide an API key.' : `Invalid API Key provided: ${key.slice(0, 8)}***`);

export const noSuchRoute = (method: string, path: string) =>
  request(404, `Unrecognized request URL (${method}: ${path}).`);

export const noAccess = (account: string) =>
  request(403, `The provided key does not have access to account '${account}' (or that account does not exist).`, {
    code: 'account_invalid',
  });

export const missing = (what: string, id: string, param: string, status = 404) =>
  request(status, `No such ${what}: '${id}'`, { code: 'resource_missing', param, begun: true });

export const unknownParameter = (param: string) =>
  request(400, `Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });

export const missingParameter = (param: string) =>
  request(400, `Missing required param: ${param}.`, { code: 'parameter_missing', param });

export const badInteger = (param: string, value: string) =>
  request(400, `Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param });

export const badParameter = (param: string, message: string, code = 'parameter_invalid_string') =>
  request(400, message, { code, param });

export const tooLarge = (max: bigint) =>
  request(400, `Amount must be no more than ${max}`, { code: 'amount_too_large', param: 'amount' });

export const cannotReceive = () =>
  request(
    400,
    'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
    { code: 'insufficient_capabilities_for_transfer', begun: true },
  );

export const insufficientFunds = () =>
  request(400, 'You have insufficient available funds in your Stripe account.', {
    code: 'balance_insufficient',
    begun: true,
  });

export const reversedAlready = (id: string) =>
  request(400, `Transfer ${id} is already fully reversed.`, { code: 'transfer_already_reversed', begun: true });

export const reversalTooLarge = (left: bigint) =>
  request(400, `Transfer reversal amount must be no more than ${left}, which is what is left of it.`, {
    param: 'amount',
    begun: true,
  });

export const otherParameters = (key: string) =>
  new StripeFailure({
    status: 400,
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  });

export const keyInUse = (key: string) =>
  new StripeFailure({
    status: 409,
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Idempotency Key: ${key}.`,
  });

export const rateLimited = () =>
  request(429, 'Request rate limit exceeded. Learn more about rate limits in the documentation.', {
    code: 'rate_limit',
  });

export const ownFault = (status: number): FailureFacts =>
  status === 429
    ? rateLimited().facts
    : { status, type: 'api_error', message: 'An unknown error occurred. Please try again.' };

export function bodyOf({ type, message, code, param }: FailureFacts): string {
  return JSON.stringify({
    error: { ...(code !== undefined && { code }), message, ...(param !== undefined && { param }), type },
  });
}
