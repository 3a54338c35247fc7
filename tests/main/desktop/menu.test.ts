import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { DESKTOP_COMMANDS } from '../../../core/contract/desktop-bridge.ts';
import { menuTemplate } from '../../../main/desktop/menu.ts';

const PLATFORMS = ['linux', 'win32', 'darwin'] as const;

function flatten(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
}

function itemsOn(platform: NodeJS.Platform, packaged = true, sent: string[] = []) {
  return flatten(
    menuTemplate(platform, packaged, {
      send: (command) => sent.push(command),
      showVaultFolder: () => sent.push('folder'),
    }),
  );
}

describe.each(PLATFORMS)('the menu on %s', (platform) => {
  test('sends each command of the bridge exactly once', () => {
    const sent: string[] = [];
    for (const item of itemsOn(platform, true, sent)) (item.click as (() => void) | undefined)?.();
    expect(sent.filter((name) => name !== 'folder').sort()).toEqual([...DESKTOP_COMMANDS].sort());
    expect(sent).toContain('folder');
  });

  test('gives no two items the same keys', () => {
    const keys = itemsOn(platform).flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(0);
  });

  test('opens developer tools in development only', () => {
    const rolesOf = (packaged: boolean) => itemsOn(platform, packaged).map(({ role }) => role);
    expect(rolesOf(false)).toContain('toggleDevTools');
    expect(rolesOf(true)).not.toContain('toggleDevTools');
    expect(rolesOf(true)).not.toContain('reload');
  });

  test('can be left', () => expect(itemsOn(platform).map(({ role }) => role)).toContain('quit'));
});
