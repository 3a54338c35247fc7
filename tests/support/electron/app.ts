/** `app`: the program's life, from before ready to its exit code. */
import type { App } from 'electron';
import { KnownEvents, preventable } from './strict.ts';

export interface AppOptions {
  readonly packaged: boolean;
  readonly version: string;
  readonly userData: string;
  /** False when another instance of the program runs already. */
  readonly firstInstance: boolean;
}

export class AppDouble
  extends KnownEvents
  implements
    Pick<
      App,
      | 'isPackaged'
      | 'whenReady'
      | 'quit'
      | 'exit'
      | 'enableSandbox'
      | 'requestSingleInstanceLock'
      | 'getPath'
      | 'setPath'
      | 'getVersion'
      | 'setBadgeCount'
      | 'setAppUserModelId'
    >
{
  readonly isPackaged: boolean;
  sandboxed = false;
  ready = false;
  /** Resolves with the exit code once the program is gone. */
  readonly exited: Promise<number>;
  readonly #exit: (code: number) => void;
  readonly #options: AppOptions;
  readonly #paths: Map<string, string>;
  readonly #closeWindows: () => void;
  #gone = false;
  #quitting = false;

  constructor(options: AppOptions, closeWindows: () => void) {
    super('app', ['second-instance', 'window-all-closed', 'web-contents-created', 'before-quit', 'will-quit', 'quit']);
    this.isPackaged = options.packaged;
    this.#options = options;
    this.#paths = new Map([['userData', options.userData]]);
    this.#closeWindows = closeWindows;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.exited = promise;
    this.#exit = resolve;
  }

  async whenReady(): Promise<void> {
    // Ready comes in a later turn, as with the real one: what must be done before has its chance.
    await new Promise((resolve) => setImmediate(resolve));
    this.ready = true;
  }

  enableSandbox(): void {
    if (this.ready) throw new Error('app.enableSandbox() must be called before app is ready');
    this.sandboxed = true;
  }

  requestSingleInstanceLock(): boolean {
    return this.#options.firstInstance;
  }

  badge = 0;
  userModelId: string | null = null;

  setAppUserModelId(id: string): void {
    this.userModelId = id;
  }

  setBadgeCount(count = 0): boolean {
    this.badge = count;
    return true;
  }

  getVersion(): string {
    return this.#options.version;
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`The Electron double knows no path "${name}"`);
    return path;
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Asks everybody first; windows close, then the program ends. */
  quit(): void {
    if (this.#gone) return;
    const asked = preventable({});
    this.#quitting = true;
    this.emit('before-quit', asked);
    if (asked.defaultPrevented) {
      this.#quitting = false;
      return;
    }
    this.#closeWindows();
    this.emit('will-quit', preventable({}));
    this.#end(0);
  }

  /** Ends at once, asking nobody. */
  exit(exitCode = 0): void {
    this.#closeWindows();
    this.#end(exitCode);
  }

  windowsAllClosed(): void {
    if (!this.#quitting && !this.#gone) this.emit('window-all-closed');
  }

  #end(code: number): void {
    if (this.#gone) return;
    this.#gone = true;
    this.emit('quit', {}, code);
    this.#exit(code);
  }
}
