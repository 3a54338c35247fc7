import { words } from '../../app/words/words.ts';
import { localTime } from '../../ui/time-text.ts';

const say = words.payees.confirm;

/** What a confirmation did, and when payments to it begin. */
export function saidConfirmed({ confirmed, usableFromMs }: { confirmed: number; usableFromMs: number }): string {
  const when = usableFromMs <= Date.now() ? say.now : say.at(localTime(usableFromMs));
  return say.done(confirmed.toLocaleString(), when);
}
