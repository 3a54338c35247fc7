import { words } from '../../app/words/words.ts';

/** An action's name as people say it; one this window does not know yet is shown as it is named. */
export function sayAction(action: string): string {
  return words.actions[action] ?? action;
}
