/** What the options of the demo ask for: how many payouts over which rails, and which Ledger signs. */
import { SANDBOX_FILL_MAX } from '../../../core/contract/sandbox.ts';
import { APP_VERSIONS } from '../../sandbox/ledger-device/app-profiles.ts';
import { UsageError } from '../verb.ts';

const RAILS = ['simulated', 'stellar'] as const;
type Rail = (typeof RAILS)[number];
const RAILS_TO_COME = ['stripe', 'nowpayments'];
const APP_DEFAULT = '5.6.0';
export const PAYOUTS_DEFAULT = 100;

export interface Order {
  /** How many of the payouts go over each of them. */
  readonly simulated: number;
  readonly stellar: number;
  /** Version of the app on the simulated Ledger; null where nothing is signed on one. */
  readonly deviceApp: string | null;
}

interface Asked {
  readonly payouts?: string | undefined;
  readonly rails?: string | undefined;
  readonly 'device-app'?: string | undefined;
}

export function orderOf(asked: Asked): Order {
  const payouts = payoutCount(asked.payouts);
  const rails = railsOf(asked.rails);
  const app = asked['device-app'];
  if (app !== undefined && !APP_VERSIONS.some((version) => version === app)) {
    throw new UsageError(`The simulated Ledger has the app in version ${APP_VERSIONS.join(' or ')}, not "${app}".`);
  }
  if (app !== undefined && !rails.has('stellar')) {
    throw new UsageError('Only payouts over stellar are signed on a device, so --device-app has nothing to choose.');
  }
  const stellar = !rails.has('stellar') ? 0 : rails.has('simulated') ? Math.floor(payouts / 2) : payouts;
  return { simulated: payouts - stellar, stellar, deviceApp: stellar > 0 ? (app ?? APP_DEFAULT) : null };
}

function payoutCount(given: string | undefined): number {
  if (given === undefined) return PAYOUTS_DEFAULT;
  const count = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (count < 1 || count > SANDBOX_FILL_MAX) {
    throw new UsageError(`--payouts is a number from 1 to ${SANDBOX_FILL_MAX}, not "${given}".`);
  }
  return count;
}

function railsOf(given: string | undefined): ReadonlySet<Rail> {
  const names = given?.split(',').map((name) => name.trim()) ?? RAILS;
  return new Set(names.map(railOf));
}

function railOf(name: string): Rail {
  const rail = RAILS.find((known) => known === name);
  if (rail !== undefined) return rail;
  throw new UsageError(
    RAILS_TO_COME.includes(name)
      ? `The ${name} rail does not exist yet; what exists is: ${RAILS.join(', ')}.`
      : `There is no rail "${name}"; what exists is: ${RAILS.join(', ')}.`,
  );
}
