import { words } from '../../app/words/words.ts';

/** An action's name as people say it; one this window does not know yet is shown as it is named. */
export function sayAction(action: string, details: Readonly<Record<string, unknown>>): string {
  // One name stands for two things: a person's signature, and the payout's step when the last one is in.
  const name = action === 'payout.approve' && details.to === 'approved' ? 'payout.approve.step' : action;
  return words.actions[name] ?? action;
}
