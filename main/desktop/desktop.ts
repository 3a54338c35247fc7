/**
 * The desktop host: starts the engine, shows the window, and takes both down in order. It owns
 * windows, the menu and the system's signals, and knows nothing of the treasury.
 */
import path from 'node:path';
import { app, type BrowserWindow, dialog, Menu, powerMonitor, session, shell } from 'electron';
import type { DesktopCommand } from '../../core/contract/desktop-bridge.ts';
import type { Engine, EngineOptions } from '../engine/host.ts';
import { registerAppScheme, serveRenderer } from './app-protocol.ts';
import { COMMAND_CHANNEL, NOTICE_CHANNEL } from './channels.ts';
import { dangerousSwitches } from './command-line.ts';
import { guardContents, guardSession } from './guards.ts';
import { menuTemplate } from './menu.ts';
import { Notices } from './notices.ts';
import { relayPorts } from './port-relay.ts';
import type { Report } from './report.ts';
import { openWindow } from './window.ts';

/** As in electron-builder.yml. */
const APP_ID = 'com.countersign.desk';

/** Longer than the engine itself waits for what is open to finish; what is committed is safe anyway. */
const STOP_MS_MAX = 35_000;

export interface DesktopParts {
  readonly startEngine: (options: EngineOptions) => Promise<Engine>;
  /** The built renderer. */
  readonly rendererFolder: string;
  /** The bundled preload. */
  readonly preloadFile: string;
  readonly args: readonly string[];
  readonly platform: NodeJS.Platform;
  readonly report: Report;
}

/** Resolves when the window is being shown, or when the program has decided not to run. */
export async function startDesktop(parts: DesktopParts): Promise<void> {
  const refused = app.isPackaged ? dangerousSwitches(parts.args, parts.platform) : [];
  if (refused.length > 0) {
    dialog.showErrorBox(
      'Countersign does not start this way',
      `It was started with ${refused.map((name) => `--${name}`).join(', ')}, which would let others into its window. Start it without.`,
    );
    app.exit(1);
    return;
  }

  app.enableSandbox();
  // Windows shows notifications only of a program that it knows by the name it was installed under.
  if (parts.platform === 'win32') app.setAppUserModelId(APP_ID);
  registerAppScheme();
  // A second start would find the vault in use; it shows the first one's window instead.
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }

  let window: BrowserWindow | null = null;
  const currentWindow = (): BrowserWindow | null => window;
  const send = (command: DesktopCommand): void => {
    if (window !== null && !window.isDestroyed()) window.webContents.send(COMMAND_CHANNEL, command);
  };

  const bringForward = (): void => {
    if (window === null) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  };

  app.on('second-instance', bringForward);
  // One treasury, one window: the program ends with it, on every system.
  app.on('window-all-closed', () => app.quit());
  app.on('web-contents-created', (_event, contents) => guardContents(contents, parts.report));

  await app.whenReady();

  guardSession(session.defaultSession, parts.report);
  serveRenderer(parts.rendererFolder);

  const vaultFolder = path.join(app.getPath('userData'), 'vaults');
  const engine = parts.startEngine({
    target: { kind: 'folder', folder: vaultFolder },
    backgroundJobs: true,
    version: app.getVersion(),
  });
  const notices = new Notices((id) => {
    bringForward();
    if (window !== null && !window.isDestroyed()) window.webContents.send(NOTICE_CHANNEL, id);
  });
  const relay = relayPorts({ engine, window: currentWindow, report: parts.report, notices });
  stopInOrder(engine, () => relay.close(), parts.report);

  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate(parts.platform, app.isPackaged, {
        send,
        showVaultFolder: () => {
          shell.openPath(vaultFolder).then(
            (problem) => {
              if (problem !== '') parts.report('folder.failed', { reason: problem });
            },
            (error: unknown) => parts.report('folder.failed', { reason: String(error) }),
          );
        },
      }),
    ),
  );
  // Nobody is in front of a locked or sleeping machine.
  powerMonitor.on('lock-screen', () => send('lock'));
  powerMonitor.on('suspend', () => send('lock'));

  // The window shows while the engine starts; its first question waits for the answer.
  window = openWindow({
    preloadFile: parts.preloadFile,
    packaged: app.isPackaged,
    report: parts.report,
    onGivenUp: () => {
      dialog.showErrorBox('The window keeps closing', 'What was committed is safe. Start Countersign again.');
      app.quit();
    },
  });
  window.on('closed', () => {
    window = null;
  });

  await engine.catch((error: unknown) => {
    parts.report('engine.failed', { reason: String(error) });
    dialog.showErrorBox('Countersign cannot start', sentence(error));
    app.exit(1);
  });
}

/** The engine stops before the program does: the vault is closed, never dropped. */
function stopInOrder(engine: Promise<Engine>, closeRelay: () => void, report: Report): void {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  const stop = async (): Promise<void> => {
    closeRelay();
    const late = new Promise<'late'>((resolve) => setTimeout(resolve, STOP_MS_MAX, 'late').unref());
    const stopped = engine.then((running) => running.stop()).then(() => 'stopped' as const);
    if ((await Promise.race([stopped, late])) === 'late') report('engine.late', { waitedMs: STOP_MS_MAX });
  };
  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'stopping') return;
    state = 'stopping';
    stop()
      .catch((error: unknown) => report('engine.stop_failed', { reason: String(error) }))
      .finally(() => {
        state = 'stopped';
        app.quit();
      });
  });
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
