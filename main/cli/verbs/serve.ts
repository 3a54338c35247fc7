import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { StoreTarget } from '../../engine/host.ts';
import { startEngine } from '../../engine/supervisor.ts';
import { ServeError } from '../../server/errors.ts';
import { checkBinding } from '../../server/gate.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../server/server.ts';
import { takeMetricsToken, takeTokenSettings } from '../../server/token-settings.ts';
import { asFailure } from '../errors.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { programVersion, RENDERER_FOLDER, vaultsFolder } from '../program.ts';
import { secretsKeyFile, secretsKeyOption } from '../secrets-key.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';
import { type Call, UsageError, verb } from '../verb.ts';

const DEFAULT_PORT = 4310;

const options = {
  host: {
    type: 'string',
    value: 'HOST',
    about: 'Listen on this address (default 127.0.0.1; beyond loopback only with TLS)',
  },
  port: { type: 'string', value: 'PORT', about: `Listen on this port (default ${DEFAULT_PORT}, or any free one)` },
  vault: { type: 'string', value: 'FILE', about: 'Serve this vault file' },
  'database-url': { type: 'string', value: 'URL', about: 'Serve the vault in this PostgreSQL database' },
  folder: { type: 'string', value: 'DIR', about: 'Serve the vaults of this folder; the window chooses among them' },
  'machine-key': { type: 'string', value: 'FILE', about: 'Open the vault with this machine key, without a person' },
  ...secretsKeyOption,
  'tls-cert': { type: 'string', value: 'FILE', about: 'TLS certificate, PEM' },
  'tls-key': { type: 'string', value: 'FILE', about: 'Its private key, PEM' },
  open: { type: 'boolean', about: 'Open the address in the browser' },
} as const;

type Options = Call<typeof options>['options'];

export const serve = verb({
  about: 'Serve the desk, the HTTP API and the jobs. Prints one line with the address when ready; stops on SIGTERM.',
  args: [],
  options,
  async run({ options: given, terminal }) {
    // Listened for from the start: a signal while starting is a signal to stop, too.
    const toldToStop = stopSignal();
    const version = programVersion();
    const serviceTokens = takeTokenSettings(process.env);
    const metricsToken = takeMetricsToken(process.env);
    const settings = await serverSettings(given);
    let isStarted = false;
    const engine = await startEngine(
      {
        target: targetOf(given),
        backgroundJobs: true,
        version,
        ...(serviceTokens !== undefined && { serviceTokens }),
        ...(given['machine-key'] !== undefined && { machineKeyFile: path.resolve(given['machine-key']) }),
      },
      {
        onCrash: (error) => {
          // Why it did not start at all is what this verb fails with.
          if (isStarted)
            terminal.stderr.write(`countersign: The engine died and is started again. ${asFailure(error).line}\n`);
        },
      },
    );
    isStarted = true;
    try {
      const onFault = (error: unknown, correlationId: string) =>
        terminal.stderr.write(`countersign: ${asFailure(error).line} (correlation id ${correlationId})\n`);
      if (!existsSync(path.join(RENDERER_FOLDER, 'index.html'))) {
        terminal.stderr.write(
          'countersign: The desk has not been built, only the API is served. Build it with: npm run build\n',
        );
      }
      const server = await start(
        { ...settings, engine, version, onFault, ...(metricsToken !== undefined && { metricsToken }) },
        given.port,
      );
      await announce(server, terminal);
      const closePage = given.open ? await openInBrowser(server.url) : () => Promise.resolve();
      await toldToStop;
      await closePage();
      await server.close();
    } finally {
      await engine.stop();
    }
    return { ok: true, json: undefined, text: [] };
  },
});

function targetOf(given: Options): StoreTarget {
  const { vault, 'database-url': url, folder } = given;
  if ([vault, url, folder].filter((place) => place !== undefined).length > 1)
    throw new UsageError('Give one of --vault, --database-url and --folder.');
  if (vault !== undefined) return { kind: 'file', file: path.resolve(vault) };
  if (url !== undefined) return { kind: 'postgres', url, secretsKey: secretsKeyFile(given) };
  return { kind: 'folder', folder: folder === undefined ? vaultsFolder() : path.resolve(folder) };
}

async function serverSettings(given: Options): Promise<Pick<ServerOptions, 'host' | 'rendererFolder' | 'tls'>> {
  const settings = { host: given.host ?? '127.0.0.1', rendererFolder: RENDERER_FOLDER };
  if (given.port !== undefined && !(/^\d{1,5}$/.test(given.port) && Number(given.port) <= 65_535)) {
    throw new UsageError(`"${given.port}" is not a port.`);
  }
  const { 'tls-cert': cert, 'tls-key': key } = given;
  // Asked before the vault is opened: what cannot be served need not be opened.
  checkBinding(settings.host, cert !== undefined);
  if (cert === undefined && key === undefined) return settings;
  if (cert === undefined || key === undefined) throw new UsageError('--tls-cert and --tls-key go together.');
  return { ...settings, tls: { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') } };
}

/** On the port that was asked for, or on the usual one where it is free. */
async function start(settings: Omit<ServerOptions, 'port'>, port: string | undefined): Promise<RunningServer> {
  if (port !== undefined) return startServer({ ...settings, port: Number(port) });
  try {
    return await startServer({ ...settings, port: DEFAULT_PORT });
  } catch (error) {
    if (!(error instanceof ServeError && error.code === 'port.taken')) throw error;
    return startServer({ ...settings, port: 0 });
  }
}

/** The one line that says it is ready; scripts wait for it. */
async function announce({ url, origin, port }: RunningServer, { json, stdout }: Terminal): Promise<void> {
  const line = json ? JSON.stringify({ url, origin, port, pid: process.pid }) : `Countersign is ready at ${url}`;
  await new Promise((written) => stdout.write(`${line}\n`, written));
}
