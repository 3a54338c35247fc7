/** No payment starts while it is not certain who may approve it; and no real one before two admins are enrolled. */
import type { RailName } from '../contract/payees.ts';
import type { Reader } from '../store/tx.ts';
import { settingUp } from './trust/errors.ts';
import { soundTrust, type Trust, trustOf } from './trust/trust.ts';

export async function refuseUntrusted(reader: Reader, rail: RailName): Promise<void> {
  if (isTooEarly(await soundTrust(reader), rail)) throw settingUp();
}

/** The same as a question, for leaving out what would only be refused. */
export async function mayPayOver(reader: Reader, rail: RailName): Promise<boolean> {
  const trust = await trustOf(reader);
  return trust.problems.length === 0 && !isTooEarly(trust, rail);
}

/** What only pretends to pay may be tried out at once. */
function isTooEarly({ network, settingUp: alone }: Trust, rail: RailName): boolean {
  return network === 'live' && alone && rail !== 'simulated';
}
