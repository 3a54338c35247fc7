/**
 * `GET /metrics`. What it says names nobody, but it does say how a treasury is doing, and how much
 * money it has: who may read it is decided here (docs/adr/0041).
 */
import type { IncomingMessage } from 'node:http';
import type { MetricFamily } from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { Engine } from '../engine/host.ts';
import { isLoopbackAddress } from './gate.ts';
import { bearerOf, type Launch, sameSecret } from './launch.ts';
import { asCatalogueError } from './refusals.ts';

const ANSWER_WITHIN_MS = 10_000;

export interface MetricsAccess {
  readonly launch: Launch;
  /** What a collector shows; without it only programs of this machine may ask, and are told no amounts. */
  readonly token: string | undefined;
}

/** Throws where there is nothing to be had. */
export function mayHaveAmounts(request: IncomingMessage, { launch, token }: MetricsAccess): boolean {
  const bearer = bearerOf(request);
  if (bearer !== undefined && token !== undefined && sameSecret(bearer, token)) return true;
  if (launch.admits(request)) return true;
  if (bearer !== undefined || token !== undefined || !isNear(request)) throw new Refusal('metrics.refused');
  return false;
}

/** What a proxy adds when it asks for somebody else, who may be anywhere. */
const OF_A_PROXY = ['forwarded', 'via', 'x-real-ip'];

function isNear({ socket, headers }: IncomingMessage): boolean {
  const isRelayed = Object.keys(headers).some((name) => OF_A_PROXY.includes(name) || name.startsWith('x-forwarded-'));
  return !isRelayed && isLoopbackAddress(socket.remoteAddress ?? '');
}

/** Whoever asks while they are being collected gets the same: asking often costs no more than asking once. */
export class MetricsCollection {
  readonly #engine: Engine;
  readonly #version: string;
  readonly #running = new Map<boolean, Promise<MetricFamily[]>>();

  constructor(engine: Engine, version: string) {
    this.#engine = engine;
    this.#version = version;
  }

  collect(amounts: boolean): Promise<MetricFamily[]> {
    const running = this.#running.get(amounts);
    if (running) return running;
    const started = collectMetrics(this.#engine, this.#version, amounts).finally(() => this.#running.delete(amounts));
    this.#running.set(amounts, started);
    return started;
  }
}

/** While the vault is locked, that is all there is to say. */
async function collectMetrics(engine: Engine, version: string, amounts: boolean): Promise<MetricFamily[]> {
  const options = { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
  const { engineRestarts } = await engine.client.desk.health(undefined, options);
  const families = await engine.client.watching.metrics({ amounts }, options).catch((error: unknown) => {
    if (asCatalogueError(error)?.code === 'vault.locked') return null;
    throw error;
  });
  return [
    one('gauge', 'countersign_build_info', 'The version of the program, as a label.', 1, { version }),
    one('gauge', 'countersign_vault_open', '1 while a vault is open.', families === null ? 0 : 1),
    one('counter', 'countersign_engine_restarts_total', 'How often the engine was started again.', engineRestarts),
    one('gauge', 'process_resident_memory_bytes', 'Memory of the whole process.', process.memoryUsage.rss()),
    one('gauge', 'process_start_time_seconds', 'When the process started.', Math.round(performance.timeOrigin / 1_000)),
    ...(families ?? []),
  ];
}

function one(
  type: MetricFamily['type'],
  name: string,
  help: string,
  value: number,
  labels: Record<string, string> = {},
): MetricFamily {
  return { name, help, type, samples: [{ suffix: '', labels, value: String(value) }] };
}
