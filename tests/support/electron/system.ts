/** The system around the window, as Electron gives it: everything asked of it is written down. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type {
  DecryptStringAsyncReturnValue,
  Dialog,
  MenuItemConstructorOptions,
  NativeTheme,
  NotificationConstructorOptions,
  SafeStorage,
  Shell,
} from 'electron';
import { KnownEvents } from './strict.ts';

export class DialogDouble implements Pick<Dialog, 'showErrorBox'> {
  readonly errors: { readonly title: string; readonly content: string }[] = [];

  showErrorBox(title: string, content: string): void {
    this.errors.push({ title, content });
  }
}

export class ShellDouble implements Pick<Shell, 'openExternal' | 'openPath'> {
  readonly opened: string[] = [];
  readonly shownFolders: string[] = [];

  async openExternal(url: string): Promise<void> {
    this.opened.push(url);
  }

  async openPath(path: string): Promise<string> {
    this.shownFolders.push(path);
    return '';
  }
}

export class MenuDouble {
  application: readonly MenuItemConstructorOptions[] = [];

  buildFromTemplate(template: MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] {
    return template;
  }

  setApplicationMenu(menu: readonly MenuItemConstructorOptions[] | null): void {
    this.application = menu ?? [];
  }

  /** Chooses an item as a person would. */
  choose(id: string): void {
    const item = this.items().find((candidate) => candidate.id === id);
    if (item?.click === undefined) throw new Error(`The menu has no item "${id}" that can be chosen`);
    (item.click as () => void)();
  }

  items(from: readonly MenuItemConstructorOptions[] = this.application): MenuItemConstructorOptions[] {
    return from.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? this.items(item.submenu) : [])]);
  }
}

/** What was shown on the desktop; pressed by a test as by a person. */
export class NotificationDouble extends KnownEvents {
  readonly options: NotificationConstructorOptions;
  state: 'made' | 'shown' | 'closed' = 'made';

  constructor(options: NotificationConstructorOptions) {
    super('Notification', ['click', 'close']);
    this.options = options;
  }

  show(): void {
    this.state = 'shown';
  }

  close(): void {
    this.state = 'closed';
    this.emit('close', {});
  }

  press(): void {
    this.emit('click', {});
  }
}

export class PowerMonitorDouble extends KnownEvents {
  constructor() {
    super('powerMonitor', ['lock-screen', 'suspend']);
  }
}

export class NativeThemeDouble implements Pick<NativeTheme, 'shouldUseDarkColors'> {
  readonly shouldUseDarkColors: boolean = false;
}

type Backend = ReturnType<SafeStorage['getSelectedStorageBackend']>;

/** Seals for real, with a key that can be changed under the program as a system changes its own. */
export class SafeStorageDouble
  implements
    Pick<
      SafeStorage,
      'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
    >
{
  backend: Backend = 'gnome_libsecret';
  available = true;
  #keys: Buffer[] = [randomBytes(32)];

  /** The next reading says that what it read should be sealed again. */
  rotateKey(): void {
    this.#keys = [randomBytes(32), ...this.#keys];
  }

  /** As on another machine, or after the keychain was deleted. */
  forgetKeys(): void {
    this.#keys = [randomBytes(32)];
  }

  getSelectedStorageBackend(): Backend {
    return this.backend;
  }

  async isAsyncEncryptionAvailable(): Promise<boolean> {
    return this.available;
  }

  async encryptStringAsync(plainText: string): Promise<Buffer> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#keys[0] as Buffer, nonce);
    const sealed = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  async decryptStringAsync(encrypted: Buffer): Promise<DecryptStringAsyncReturnValue> {
    for (const [age, key] of this.#keys.entries()) {
      const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, 12));
      decipher.setAuthTag(encrypted.subarray(12, 28));
      try {
        const result = Buffer.concat([decipher.update(encrypted.subarray(28)), decipher.final()]).toString('utf8');
        return { result, shouldReEncrypt: age > 0 };
      } catch {
        // sealed with an older key, or with none of ours
      }
    }
    throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.');
  }
}
