/** The main job without a window, in a sandbox of its own; exit code 0 only if every check holds. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from '../../../core/errors/refusal.ts';
import type { Engine } from '../../engine/host.ts';
import { startEngine } from '../../engine/supervisor.ts';
import { asFailure } from '../errors.ts';
import { programVersion } from '../program.ts';
import { verb } from '../verb.ts';
import { brokenPromises, findings, summary } from './findings.ts';
import { howToLook } from './how-to-look.ts';
import { plugIn } from './ledger.ts';
import { type Played, playMainJob } from './main-job.ts';
import { Phases } from './phases.ts';
import { openProviders } from './providers.ts';
import { type Order, orderOf, PAYOUTS_DEFAULT } from './rails.ts';

export const demo = verb({
  about:
    'The main job without a window: founds a sandbox vault, requests payouts, has them approved, pays and settles them, and proves the books, the audit chain and the file.',
  args: [],
  options: {
    payouts: { type: 'string', value: 'N', about: `How many payouts (default ${PAYOUTS_DEFAULT})` },
    rails: {
      type: 'string',
      value: 'LIST',
      about: 'Over which rails, separated by commas (default: stellar,stripe,nowpayments; simulated is a bank)',
    },
    'device-app': {
      type: 'string',
      value: 'VERSION',
      about: 'Version of the app on the simulated Ledger: 5.6.0 (unless said) or 6.0.0',
    },
    out: { type: 'string', value: 'DIR', about: 'Where the vault is made (default ./demo-out/TIME)' },
  },
  async run({ options, terminal }) {
    const order = orderOf(options);
    const folder = path.resolve(options.out ?? path.join('demo-out', timeForName(new Date())));
    const file = path.join(folder, 'demo.vault');
    const phases = new Phases(terminal.stderr);
    const played = await play(order, file, phases, (line) => terminal.stderr.write(`demo: ${line}\n`));
    const found = findings(played, phases.timingsMs, filesIn(folder));
    const broken = brokenPromises(played);
    if (!terminal.json) terminal.stdout.write(summary(found, played.requested));
    for (const promise of broken) terminal.stderr.write(`Does not hold: ${promise}\n`);
    terminal.stderr.write(howToLook(file, played));
    return { ok: broken.length === 0, json: found, text: [] };
  },
});

async function play(order: Order, file: string, phases: Phases, say: (line: string) => void): Promise<Played> {
  // Before anything is written beside one that somebody may still want to look at.
  if (existsSync(file)) throw new Refusal('vault.exists');
  mkdirSync(path.dirname(file), { recursive: true });
  // Before the engine, which finds them in its environment.
  const ledger = order.deviceApp === null ? null : await plugIn(order.deviceApp);
  const providers = await openProviders({ beside: file, ...order });
  const open = (backgroundJobs: boolean) =>
    startEngine(
      { target: { kind: 'file', file }, backgroundJobs, version: programVersion() },
      { onCrash: (error) => say(`The engine died and is started again. ${asFailure(error).line}`) },
    );
  let engine: Engine | null = null;
  const opened = async (backgroundJobs: boolean) => {
    await engine?.stop();
    engine = await open(backgroundJobs);
    return engine.client;
  };
  try {
    const stage = { ...order, file, ledger, providers, inBackground: () => opened(true) };
    return await playMainJob(await opened(false), stage, phases);
  } finally {
    await (engine as Engine | null)?.stop();
    await providers.close();
    await ledger?.close();
  }
}

/** `20261120-211645`, in the person's own time. */
function timeForName(now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
