/** The simulated world by itself: every service that the program pays through, each at a port of its own. */
import { faultsOf } from './faults/faults.ts';
import type { FaultFile } from './faults/rules.ts';
import { SimulatedDevice } from './ledger-device/device.ts';
import { startEmulator } from './ledger-device/emulator-http.ts';
import { startNowPaymentsSandbox } from './nowpayments/server.ts';
import { startStellarSandbox } from './stellar/servers.ts';
import { startStripeSandbox } from './stripe/server.ts';

export interface WorldOptions {
  readonly nowMs: () => number;
  /** The first of five ports, in the order of `Addresses`; null for any free ones. */
  readonly portBase: number | null;
  readonly faults: FaultFile;
  /** Beside it each service keeps what happened, and goes on from there; null where all is forgotten. */
  readonly stateFile: string | null;
  readonly device: { readonly seed: string; readonly app: string };
}

export interface Addresses {
  readonly stellarRpc: string;
  readonly horizon: string;
  readonly stripe: string;
  readonly nowpayments: string;
  readonly device: string;
}

export interface SimulatedWorld {
  readonly addresses: Addresses;
  close(): Promise<void>;
}

const LEDGER_MS = 1_000;
/** As Stripe allows in live mode. */
const STRIPE_REQUESTS_A_SECOND = 100;
const NOWPAYMENTS_REQUESTS_A_SECOND = 100;

export async function startSimulatedWorld({
  nowMs,
  portBase,
  stateFile,
  ...world
}: WorldOptions): Promise<SimulatedWorld> {
  const port = (offset: number) => (portBase === null ? 0 : portBase + offset);
  const kept = (part: string) => (stateFile === null ? {} : { stateFile: `${stateFile}.${part}` });
  const faults = faultsOf(world.faults, nowMs());
  const started: { close(): Promise<void> }[] = [];
  const running = async <Part extends { close(): Promise<void> }>(part: Promise<Part>): Promise<Part> => {
    started.push(await part);
    return part;
  };
  const close = async () => {
    for (const part of started.splice(0).reverse()) await part.close();
  };
  try {
    const stellar = await running(
      startStellarSandbox({
        nowMs,
        faults,
        ledgerMs: LEDGER_MS,
        rpcPort: port(0),
        horizonPort: port(1),
        ...kept('stellar'),
      }),
    );
    const stripe = await running(
      startStripeSandbox({ nowMs, faults, port: port(2), rateLimit: STRIPE_REQUESTS_A_SECOND, ...kept('stripe') }),
    );
    const nowpayments = await running(
      startNowPaymentsSandbox({
        nowMs,
        faults,
        port: port(3),
        rateLimit: NOWPAYMENTS_REQUESTS_A_SECOND,
        ...kept('nowpayments'),
      }),
    );
    const device = await running(startEmulator(new SimulatedDevice(world.device), port(4)));
    return {
      addresses: {
        stellarRpc: stellar.rpcUrl,
        horizon: stellar.horizonUrl,
        stripe: stripe.url,
        nowpayments: nowpayments.url,
        device: device.url,
      },
      close,
    };
  } catch (error) {
    // A part without the others is no world.
    await close();
    throw error;
  }
}
