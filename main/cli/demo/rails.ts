/** What the options of the demo ask for: how many payouts over which rails, and which Ledger signs. */
import { SANDBOX_FILL_MAX } from '../../../core/contract/sandbox.ts';
import { APP_VERSIONS } from '../../sandbox/ledger-device/app-profiles.ts';
import { UsageError } from '../verb.ts';

const RAILS = ['stellar', 'stripe', 'nowpayments', 'simulated'] as const;
type Rail = (typeof RAILS)[number];
/** Those over which money is paid. */
const RAILS_DEFAULT: readonly Rail[] = ['stellar', 'stripe', 'nowpayments'];
const APP_DEFAULT = '5.6.0';
export const PAYOUTS_DEFAULT = 100;

export interface Order {
  /** How many of the payouts go over each of them. */
  readonly simulated: number;
  readonly stellar: number;
  readonly stripe: number;
  readonly nowpayments: number;
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
  const of = shares(payouts, rails);
  return { ...of, deviceApp: of.stellar > 0 ? (app ?? APP_DEFAULT) : null };
}

/** As evenly as it goes; what is left over goes to the first of them. */
function shares(payouts: number, rails: ReadonlySet<Rail>): Readonly<Record<Rail, number>> {
  const share = Math.floor(payouts / rails.size);
  const [first] = RAILS.filter((rail) => rails.has(rail));
  const shareOf = (rail: Rail) => (!rails.has(rail) ? 0 : rail === first ? payouts - share * (rails.size - 1) : share);
  return {
    simulated: shareOf('simulated'),
    stellar: shareOf('stellar'),
    stripe: shareOf('stripe'),
    nowpayments: shareOf('nowpayments'),
  };
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
  const names = given?.split(',').map((name) => name.trim()) ?? RAILS_DEFAULT;
  return new Set(names.map(railOf));
}

function railOf(name: string): Rail {
  const rail = RAILS.find((known) => known === name);
  if (rail !== undefined) return rail;
  throw new UsageError(`There is no rail "${name}"; there are: ${RAILS.join(', ')}.`);
}
