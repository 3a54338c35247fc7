import path from 'node:path';
import { BadFaultFile, type FaultFile, readFaultFile } from '../../sandbox/faults/rules.ts';
import { APP_VERSIONS } from '../../sandbox/ledger-device/app-profiles.ts';
import { isSeedPhrase, PUBLIC_TEST_WORDS } from '../../sandbox/ledger-device/keys.ts';
import { type Addresses, type SimulatedWorld, startSimulatedWorld } from '../../sandbox/simulated-world.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';
import { type Call, UsageError, VerbFailed, verb } from '../verb.ts';

const PORTS = 5;
const PORT_MAX = 65_535;

const options = {
  'port-base': { type: 'string', value: 'P', about: 'Listen on P to P+4 (default: any free ports)' },
  faults: { type: 'string', value: 'FILE', about: 'Misbehave as this file says' },
  state: {
    type: 'string',
    value: 'FILE',
    about: 'Keep what happens beside FILE, and go on from there the next time (default: all is forgotten)',
  },
  'device-seed': {
    type: 'string',
    value: '"WORDS"',
    about: 'The words of the simulated Ledger (default: public ones)',
  },
  'device-app': {
    type: 'string',
    value: APP_VERSIONS.join('|'),
    about: `The version of its Stellar app (default ${APP_VERSIONS[0]})`,
  },
} as const;

type Options = Call<typeof options>['options'];

export const sandbox = verb({
  about:
    'Run the simulated world alone, on this machine: a Stellar network, Stripe, NOWPayments and a Ledger. Prints where each is; stops on SIGTERM.',
  args: [],
  options,
  async run({ options: given, terminal }) {
    const toldToStop = stopSignal();
    const world = await start(given);
    try {
      await announce(world.addresses, terminal);
      await toldToStop;
    } finally {
      await world.close();
    }
    return { ok: true, json: undefined, text: [] };
  },
});

async function start(given: Options): Promise<SimulatedWorld> {
  const world = {
    portBase: portBase(given),
    device: deviceOf(given),
    faults: faultFile(given),
    stateFile: given.state === undefined ? null : path.resolve(given.state),
    nowMs: Date.now,
  };
  try {
    return await startSimulatedWorld(world);
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { readonly port?: number };
    if (code === 'EADDRINUSE') throw new VerbFailed(`Something else listens on port ${port} already.`);
    throw error;
  }
}

function portBase({ 'port-base': text }: Options): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port === 0 || port + PORTS - 1 > PORT_MAX) {
    throw new UsageError(`"${text}" is not the first of ${PORTS} ports.`);
  }
  return port;
}

function deviceOf({ 'device-seed': seed = PUBLIC_TEST_WORDS, 'device-app': app = APP_VERSIONS[0] }: Options) {
  // What was typed may be somebody's real words: it is not repeated.
  if (!isSeedPhrase(seed)) throw new UsageError('--device-seed: one of the words is wrong, or their order is.');
  if (!(APP_VERSIONS as readonly string[]).includes(app)) {
    throw new UsageError(`There is no simulated Stellar app ${app}: try ${APP_VERSIONS.join(' or ')}.`);
  }
  return { seed, app };
}

function faultFile({ faults }: Options): FaultFile {
  if (faults === undefined) return { rules: [] };
  try {
    return readFaultFile(path.resolve(faults));
  } catch (error) {
    if (error instanceof BadFaultFile) throw new VerbFailed(error.message);
    throw error;
  }
}

/** Scripts wait for the first line. */
async function announce(addresses: Addresses, { json, stdout }: Terminal): Promise<void> {
  const lines = Object.entries(addresses).map(([part, url]) => `${part.padEnd(12)} ${url}`);
  const text = json ? JSON.stringify(addresses) : ['The simulated world is ready.', ...lines].join('\n');
  await new Promise((written) => stdout.write(`${text}\n`, written));
}
