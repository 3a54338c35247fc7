import type { Work } from '../store/command.ts';

/** The machine's clock has fallen behind the log, or is right again: either is news, once. */
export function noteClock(work: Work, behindMs: number): Promise<void> {
  const action = behindMs > 0 ? 'clock.behind' : 'clock.right';
  work.audit({ action, subject: 'clock', details: { behindMs } });
  work.emit({ name: action, subject: 'clock', payload: { behindMs } });
  return Promise.resolve();
}
