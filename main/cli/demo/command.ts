/** The main job without a window, in a sandbox of its own; exit code 0 only if every check holds. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { SANDBOX_FILL_MAX } from '../../../core/contract/sandbox.ts';
import { startEngine } from '../../engine/supervisor.ts';
import { asFailure } from '../errors.ts';
import { programVersion } from '../program.ts';
import { UsageError, verb } from '../verb.ts';
import { brokenPromises, findings, summary } from './findings.ts';
import { howToLook } from './how-to-look.ts';
import { playMainJob } from './main-job.ts';
import { Phases } from './phases.ts';

const RAILS = ['simulated'];
const RAILS_TO_COME = ['stellar', 'stripe', 'nowpayments'];
const PAYOUTS_DEFAULT = 100;

export const demo = verb({
  about:
    'The main job without a window: founds a sandbox vault, requests payouts, has them approved, pays and settles them, and proves the books, the audit chain and the file.',
  args: [],
  options: {
    payouts: { type: 'string', value: 'N', about: `How many payouts (default ${PAYOUTS_DEFAULT})` },
    rails: { type: 'string', value: 'LIST', about: 'Over which rails, separated by commas (default: all there are)' },
    'device-app': { type: 'string', value: 'VERSION', about: 'Version of the app on the simulated signing device' },
    out: { type: 'string', value: 'DIR', about: 'Where the vault is made (default ./demo-out/TIME)' },
  },
  async run({ options, terminal }) {
    const payouts = payoutCount(options.payouts);
    refuseOtherRails(options.rails);
    if (options['device-app'] !== undefined) {
      throw new UsageError('There is no simulated signing device yet, so --device-app has nothing to choose.');
    }
    const folder = path.resolve(options.out ?? path.join('demo-out', timeForName(new Date())));
    const file = path.join(folder, 'demo.vault');
    const phases = new Phases(terminal.stderr);
    const engine = await startEngine(
      { target: { kind: 'file', file }, backgroundJobs: false, version: programVersion() },
      {
        onCrash: (error) =>
          terminal.stderr.write(`demo: The engine died and is started again. ${asFailure(error).line}\n`),
      },
    );
    const played = await playMainJob(engine.client, payouts, phases).finally(() => engine.stop());
    const found = findings(played, phases.timingsMs, filesIn(folder));
    const broken = brokenPromises(played);
    if (!terminal.json) terminal.stdout.write(summary(found, played.filled));
    for (const promise of broken) terminal.stderr.write(`Does not hold: ${promise}\n`);
    terminal.stderr.write(howToLook(file, played));
    return { ok: broken.length === 0, json: found, text: [] };
  },
});

function payoutCount(given: string | undefined): number {
  if (given === undefined) return PAYOUTS_DEFAULT;
  const count = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (count < 1 || count > SANDBOX_FILL_MAX) {
    throw new UsageError(`--payouts is a number from 1 to ${SANDBOX_FILL_MAX}, not "${given}".`);
  }
  return count;
}

function refuseOtherRails(given: string | undefined): void {
  for (const rail of given?.split(',').map((name) => name.trim()) ?? []) {
    if (RAILS.includes(rail)) continue;
    throw new UsageError(
      RAILS_TO_COME.includes(rail)
        ? `The ${rail} rail does not exist yet; what exists is: ${RAILS.join(', ')}.`
        : `There is no rail "${rail}"; what exists is: ${RAILS.join(', ')}.`,
    );
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
