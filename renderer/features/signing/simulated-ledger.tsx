import type { KeyboardEvent } from 'react';
import type { SimulatedLedger as Ledger, SimulatedPress } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { ErrorNote } from '../../ui/states.tsx';
import { usePress } from './use-simulated-ledger.ts';

const say = words.signing.simulated;
const BUTTONS = ['left', 'both', 'right'] as const;
const ARROWS: Readonly<Record<string, SimulatedPress>> = { ArrowLeft: 'left', ArrowRight: 'right' };

/** A device one can press: its screen, its two buttons, and both of them at once. */
export function SimulatedLedger({ ledger }: { readonly ledger: Ledger }) {
  const press = usePress();
  const mayPress = hasAnyRole(useMe(), ['signer']);
  const byArrow = (event: KeyboardEvent) => {
    const button = ARROWS[event.key];
    if (button === undefined || !mayPress) return;
    event.preventDefault();
    press.mutate({ press: button });
  };
  return (
    <fieldset aria-label={say.title} onKeyDown={byArrow} className="flex w-full flex-col items-center gap-2">
      <div className="flex w-full max-w-60 flex-col gap-2 rounded-xl border border-line-strong bg-hover p-2.5">
        <div
          role="status"
          aria-label={say.screen}
          className="flex h-28 flex-col items-center justify-center rounded-md border border-line-strong bg-raised px-2 text-center font-mono text-xs leading-5 break-all"
        >
          {ledger.screen.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line of a screen is its place
            <span key={at} className={at === 0 ? 'font-semibold' : ''}>
              {line}
            </span>
          ))}
        </div>
        <div className="grid grid-cols-3 gap-2">
          {BUTTONS.map((button) => (
            <button
              key={button}
              type="button"
              disabled={!mayPress}
              onClick={() => press.mutate({ press: button })}
              className="h-8 rounded-md border border-line-strong bg-raised text-xs font-medium hover:bg-chosen disabled:opacity-50"
            >
              {say.button[button]}
            </button>
          ))}
        </div>
      </div>
      <p className="text-center text-xs text-soft">
        {ledger.locked ? say.unlockHint : ledger.both === null ? say.idle : say.both[ledger.both]}
      </p>
      {mayPress && !ledger.locked ? (
        <button
          type="button"
          className="text-xs text-soft underline hover:text-ink"
          onClick={() => press.mutate({ press: 'lock' })}
        >
          {say.lock}
        </button>
      ) : null}
      {press.error ? <ErrorNote error={press.error} /> : null}
    </fieldset>
  );
}
