import { describe, expect, test } from 'vitest';
import { KEYS, type KeyPress, readKey } from '../../../renderer/app/keymap.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  mod: false,
  alt: false,
  typing: false,
  onControl: false,
  inPanel: false,
  ...more,
});

describe('the keyboard', () => {
  test('does what the help says, for every key of it', () => {
    for (const { keys, command } of KEYS) {
      const [first = '', second] = keys;
      const mod = first.startsWith('mod+');
      const reading = readKey(press(first.replace('mod+', ''), { mod }), false);
      if (second === undefined) expect(reading, keys.join(' ')).toEqual({ command, pending: false });
      else {
        expect(reading, keys.join(' ')).toEqual({ command: null, pending: true });
        expect(readKey(press(second), true), keys.join(' ')).toEqual({ command, pending: false });
      }
    }
  });

  test('names no two commands with the same keys', () => {
    const written = KEYS.map(({ keys }) => keys.join(' '));
    expect(new Set(written).size).toBe(written.length);
  });

  test('leaves letters alone while somebody types, but not Esc and not the palette', () => {
    const typing = { typing: true };
    expect(readKey(press('a', typing), false).command).toBeNull();
    expect(readKey(press('j', typing), false).command).toBeNull();
    expect(readKey(press('g', typing), false).pending).toBe(false);
    expect(readKey(press('Escape', typing), false).command).toBe('panel.close');
    expect(readKey(press('k', { ...typing, mod: true }), false).command).toBe('palette');
  });

  test('never approves with a modifier held: that is somebody else’s shortcut', () => {
    expect(readKey(press('a', { mod: true }), false).command).toBeNull();
    expect(readKey(press('a', { alt: true }), false).command).toBeNull();
  });

  test('lets a focused button answer Enter itself', () => {
    expect(readKey(press('Enter', { onControl: true }), false).command).toBeNull();
    expect(readKey(press('Enter'), false).command).toBe('list.open');
  });

  test('lets arrows scroll inside a panel, where letters still work', () => {
    expect(readKey(press('ArrowDown', { inPanel: true }), false).command).toBeNull();
    expect(readKey(press('j', { inPanel: true }), false).command).toBe('list.next');
  });

  test('forgets a sequence that goes nowhere', () => {
    expect(readKey(press('x'), true)).toEqual({ command: null, pending: false });
  });
});
