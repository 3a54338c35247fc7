/** The native menu: what it shows, and the command each item sends to the window. */
import type { MenuItemConstructorOptions } from 'electron';
import type { DesktopCommand } from '../../core/contract/desktop-bridge.ts';

export interface MenuActions {
  readonly send: (command: DesktopCommand) => void;
  readonly showVaultFolder: () => void;
}

export function menuTemplate(
  platform: NodeJS.Platform,
  packaged: boolean,
  { send, showVaultFolder }: MenuActions,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const command = (label: string, name: DesktopCommand, accelerator?: string): MenuItemConstructorOptions => ({
    id: name,
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => send(name),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const settings = command('Settings…', 'settings', 'CmdOrCtrl+,');
  const lock = command('Lock', 'lock', 'CmdOrCtrl+L');

  const application: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      separator,
      settings,
      lock,
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: 'File',
    submenu: [
      command('New payout', 'new-payout', 'CmdOrCtrl+N'),
      separator,
      { id: 'vault-folder', label: 'Show the vault folder', click: showVaultFolder },
      ...(mac
        ? [separator, { role: 'close' } as const]
        : [separator, settings, lock, separator, { role: 'quit' } as const]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: 'Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      separator,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
      separator,
      command('Search', 'search', 'CmdOrCtrl+F'),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      command('Command palette', 'palette', 'CmdOrCtrl+K'),
      separator,
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'resetZoom' },
      separator,
      { role: 'togglefullscreen' },
      // Whoever can open the tools can sign with the keys in the window's memory.
      ...(packaged ? [] : [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]),
    ],
  };
  const help: MenuItemConstructorOptions = { role: 'help', submenu: [command('Keyboard shortcuts', 'help', 'F1')] };

  return [...(mac ? [application] : []), file, edit, view, ...(mac ? [{ role: 'windowMenu' } as const] : []), help];
}
