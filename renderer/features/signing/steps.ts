/** Where a transaction stands on its way, as the steps along the top of the screen show it. */
import type { ChainDocument } from '../../../core/contract/index.ts';

export const STEPS = ['build', 'review', 'sign', 'submit', 'confirm'] as const;
export type Step = (typeof STEPS)[number];
export type StepState = 'done' | 'now' | 'later' | 'failed';

type Stand = Pick<ChainDocument, 'state' | 'weight' | 'agrees'>;

/** `reviewed`: the person said that they compared it. */
export function stepsOf({ state, weight, agrees }: Stand, reviewed: boolean): Readonly<Record<Step, StepState>> {
  const all = (build: StepState, review: StepState, sign: StepState, submit: StepState, confirm: StepState) => ({
    build,
    review,
    sign,
    submit,
    confirm,
  });
  switch (state) {
    case 'built':
      if (!agrees) return all('done', 'failed', 'later', 'later', 'later');
      // Somebody who signed it elsewhere has read it there.
      return reviewed || weight > 0
        ? all('done', 'done', 'now', 'later', 'later')
        : all('done', 'now', 'later', 'later', 'later');
    case 'signed':
      return all('done', 'done', 'done', 'now', 'later');
    case 'submitted':
      return all('done', 'done', 'done', 'done', 'now');
    case 'confirmed':
      return all('done', 'done', 'done', 'done', 'done');
    case 'failed':
      return all('done', 'done', 'done', 'done', 'failed');
    case 'expired':
      return all('done', weight > 0 ? 'done' : 'later', weight > 0 ? 'done' : 'later', 'later', 'failed');
  }
}
