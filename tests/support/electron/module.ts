/** What `import … from 'electron'` gives in tests: the parts of the world that runs at the moment. */
import type { BrowserWindowConstructorOptions, NotificationConstructorOptions } from 'electron';
import { world } from './double.ts';
import { ChannelDouble } from './ports.ts';
import { facade } from './strict.ts';
import { NotificationDouble } from './system.ts';
import { UtilityProcesses } from './utility.ts';
import type { WindowDouble } from './window.ts';

/** They are of the program, not of a window's world. */
export const utilityProcesses = new UtilityProcesses();

export const app = facade('app', () => world().app);
export const dialog = facade('dialog', () => world().dialog);
export const ipcMain = facade('ipcMain', () => world().ipcMain);
export const Menu = facade('Menu', () => world().menu);
export const nativeTheme = facade('nativeTheme', () => world().nativeTheme);
export const powerMonitor = facade('powerMonitor', () => world().powerMonitor);
export const protocol = facade('protocol', () => world().protocol);
export const safeStorage = facade('safeStorage', () => world().safeStorage);
export const shell = facade('shell', () => world().shell);

export const utilityProcess = facade('utilityProcess', () => utilityProcesses);

export const session = facade('session', () => ({
  defaultSession: facade('session.defaultSession', () => world().session),
}));

/** Called with `new`, as Electron's; gives the window as the strict face of its double. */
export const BrowserWindow = function BrowserWindow(options: BrowserWindowConstructorOptions): WindowDouble {
  const window = world().openWindow(options);
  return facade('BrowserWindow', () => window);
};

export const Notification = Object.assign(
  function Notification(options: NotificationConstructorOptions): NotificationDouble {
    const notice = new NotificationDouble(options);
    world().notifications.push(notice);
    return facade('Notification', () => notice);
  },
  { isSupported: () => true },
);

export const MessageChannelMain = ChannelDouble;
