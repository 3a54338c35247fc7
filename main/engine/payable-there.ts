/**
 * Where somebody is paid over a provider is asked of the provider before it is written down: whether
 * the account is connected to ours and can receive, whether the address is one of its currency.
 */
import type { NewDestination } from '../../core/contract/payees.ts';
import type { AssetId } from '../../core/money/assets.ts';
import { destinationInvalid } from '../../core/payees/errors.ts';
import { providerSilent } from '../../core/providers/errors.ts';
import { type AddressCheckers, partsOf } from '../../core/rails/address.ts';
import { ProviderUnreachable } from '../../core/rails/provider.ts';
import type { Treasury } from '../../core/store/command.ts';
import { isProviderRail, type Providers } from './providers.ts';

interface Surroundings {
  readonly providers: Providers;
  readonly addresses: AddressCheckers;
  readonly treasury: Treasury;
}

/** Of a file, so many are asked about; the payments to the others say what is wrong with them. */
const ASKED_MAX = 1_000;
const AT_ONCE = 8;

/** Nothing is said where no account is set up: then nothing is paid there either. */
export async function refuseUnpayableThere(
  { providers, addresses, treasury }: Surroundings,
  destinations: readonly Pick<NewDestination, 'rail' | 'address' | 'currency'>[],
): Promise<void> {
  const asked = destinations
    // What is no address at all is refused by its form.
    .filter((one) => isProviderRail(one.rail) && addresses.get(one.rail)?.check(partsOf(one)).ok === true)
    .slice(0, ASKED_MAX);
  const nowMs = () => treasury.clock.nowMs();
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    await Promise.all(
      asked.slice(from, from + AT_ONCE).map((one) => refuseOne({ providers, nowMs }, one, asked.length > 1)),
    );
  }
}

async function refuseOne(
  { providers, nowMs }: { readonly providers: Providers; readonly nowMs: () => number },
  { rail, address, currency }: Pick<NewDestination, 'rail' | 'address' | 'currency'>,
  isOneOfMany: boolean,
): Promise<void> {
  if (!isProviderRail(rail)) return;
  const account = await providers.account(rail, { startOwn: true });
  if (!account) return;
  try {
    const asset = currency === undefined ? null : (`now:${currency}` as AssetId);
    const check = await account.provider.checkAddress(address, asset);
    if (!check.ok) throw destinationInvalid(rail, isOneOfMany ? `${address}: ${check.why}` : check.why);
  } catch (error) {
    throw error instanceof ProviderUnreachable ? providerSilent(rail, error, nowMs()) : error;
  }
}
