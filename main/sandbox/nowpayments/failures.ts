/** What NOWPayments refuses, in its own words and shape. */
export class NowFailure extends Error {
  override readonly name = 'NowFailure';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const badRequest = (message: string) => new NowFailure(400, 'BAD_REQUEST', message);
export const badWithdrawal = (message: string) => new NowFailure(400, 'BAD_CREATE_WITHDRAWAL_REQUEST', message);
/** The same in several words, one after the other: nobody is to rely on one of them. */
export const notEnough = (ticker: string, time: number) =>
  badWithdrawal(NOT_ENOUGH[time % NOT_ENOUGH.length]?.replace('{ticker}', ticker) ?? '');
const NOT_ENOUGH = [
  'Insufficient balance: not enough {ticker} on the custody balance',
  'Not enough funds to make a payout in {ticker}',
  'Your {ticker} balance is too low',
] as const;

export const noKey = () => new NowFailure(403, 'INVALID_API_KEY', 'Invalid api key');
export const noToken = () =>
  new NowFailure(401, 'AUTH_REQUIRED', 'Authorization header is empty (Bearer JWTtoken is required)');
export const oldToken = () => new NowFailure(403, 'INVALID_TOKEN', 'jwt expired');
export const notFound = (what: string) => new NowFailure(404, 'NOT_FOUND', `${what} not found`);
export const wrongCode = () => new NowFailure(400, 'INVALID_VERIFICATION_CODE', 'Wrong verification code');
export const noMoreCodes = () =>
  new NowFailure(400, 'VERIFICATION_ATTEMPTS_EXCEEDED', 'Verification attempts exceeded');
export const codesOver = () => new NowFailure(400, 'VERIFICATION_EXPIRED', 'Verification time is over');
export const verifiedBefore = () => new NowFailure(400, 'ALREADY_VERIFIED', 'Payout is already verified');
export const notScheduled = () => new NowFailure(400, 'NOT_SCHEDULED', 'Only scheduled payouts can be cancelled');

export const tooMany = () => new NowFailure(429, 'TOO_MANY_REQUESTS', 'Too many requests');
export const ownFault = (status: number) =>
  status === 429 ? tooMany() : new NowFailure(status, 'INTERNAL_ERROR', 'Something went wrong. Please try again.');

export const bodyOf = ({ status, code, message }: NowFailure) =>
  JSON.stringify({ status: false, statusCode: status, code, message });
