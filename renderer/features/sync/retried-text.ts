import type { RetriedMany } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';

const say = words.sync.retriedAll;

/** What came of trying many again: how many were handled, what stops the others, and how many are left. */
export function retriedText({ tried, handled, stopped, more }: RetriedMany): string {
  const told = stopped.reduce((total, { count }) => total + count, 0);
  const untold = tried - handled - told;
  return [
    say.handled(handled),
    ...stopped.map(({ outcome, why, count }) => say.stopped(count, why ?? words.sync.meaning[outcome])),
    ...(untold > 0 ? [say.otherwise(untold)] : []),
    ...(more > 0 ? [say.more(more)] : []),
  ].join(' ');
}
