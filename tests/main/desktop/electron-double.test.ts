/** The double is only worth something while it refuses what it does not know. */
import { describe, expect, test } from 'vitest';
import { facade, KnownEvents, preventable } from '../../support/electron/strict.ts';

describe('the Electron double', () => {
  test('names what it lacks instead of being undefined', async () => {
    const app = facade('app', () => ({ quit: () => 'gone' }) as { quit(): string; relaunch?(): void });
    expect(app.quit()).toBe('gone');
    expect(() => app.relaunch?.()).toThrow('The Electron double lacks app.relaunch');
    // Whoever waits for a value looks for a `then`, which is no use that the program makes of it.
    expect(await Promise.resolve(app)).toBe(app);
  });

  test('names an event it never emits', () => {
    const power = new KnownEvents('powerMonitor', ['suspend']);
    expect(() => power.on('resume', () => undefined)).toThrow('the event "resume" of powerMonitor');
    expect(() => power.once('resume', () => undefined)).toThrow('the event "resume" of powerMonitor');
    const heard: string[] = [];
    power.on('suspend', () => heard.push('suspend'));
    power.emit('suspend');
    expect(heard).toEqual(['suspend']);
  });

  test('has events that can be prevented', () => {
    const event = preventable({ url: 'x' });
    expect(event.defaultPrevented).toBe(false);
    event.preventDefault();
    expect(event).toMatchObject({ url: 'x', defaultPrevented: true });
  });
});
