import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { STEPS, type Step, type StepState } from './steps.ts';

const say = words.signing;

const LOOKS: Readonly<Record<StepState, string>> = {
  done: 'text-green',
  now: 'font-medium text-ink',
  later: 'text-faint',
  failed: 'font-medium text-red',
};

export function StepBar({ steps }: { readonly steps: Readonly<Record<Step, StepState>> }) {
  return (
    <ol aria-label={say.steps} className="flex flex-wrap items-center gap-x-5 gap-y-1 border-b border-line px-6 py-2.5">
      {STEPS.map((step, at) => {
        const state = steps[step];
        return (
          <li
            key={step}
            aria-current={state === 'now' ? 'step' : undefined}
            className={`flex items-center gap-2 text-sm ${LOOKS[state]}`}
          >
            <span
              aria-hidden="true"
              className={`inline-flex size-5 items-center justify-center rounded-full border text-2xs ${
                state === 'now' ? 'border-accent bg-accent-solid text-on-accent' : 'border-line-strong'
              }`}
            >
              {state === 'done' ? <Icon name="check" /> : state === 'failed' ? <Icon name="cross" /> : at + 1}
            </span>
            {say.step[step]}
            <span className="sr-only">{say.stepState[state]}</span>
          </li>
        );
      })}
    </ol>
  );
}
