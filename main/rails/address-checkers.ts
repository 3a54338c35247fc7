import {
  type AddressChecker,
  type AddressCheckers,
  nowpaymentsAddresses,
  simulatedAddresses,
  stripeAddresses,
} from '../../core/rails/address.ts';
import { stellarAddresses } from './stellar/address.ts';

/** There are no simulated payments where there is real money. */
export function addressCheckers(sandbox: boolean): AddressCheckers {
  const checkers: readonly AddressChecker[] = [stellarAddresses, stripeAddresses, nowpaymentsAddresses];
  return new Map((sandbox ? [...checkers, simulatedAddresses] : checkers).map((checker) => [checker.rail, checker]));
}
