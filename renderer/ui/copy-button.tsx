import { useState } from 'react';
import { words } from '../app/words/words.ts';
import { Icon } from './icon.tsx';

const SAY_FOR_MS = 1_500;

/** Copies, reads nothing back, and says whether it worked. */
export function CopyButton({ text, label = words.ui.copy }: { readonly text: string; readonly label?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  const copy = async () => {
    let next: 'copied' | 'refused' = 'copied';
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // The system may forbid it; the person is told and can still select the text.
      next = 'refused';
    }
    setOutcome(next);
    setTimeout(() => setOutcome(null), SAY_FOR_MS);
  };
  const said = outcome === 'copied' ? words.ui.copied : outcome === 'refused' ? words.ui.copyRefused : '';
  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={label}
      title={said || label}
      className="inline-flex size-5 shrink-0 items-center justify-center rounded text-faint hover:bg-hover hover:text-ink"
    >
      <Icon name={outcome === 'copied' ? 'check' : outcome === 'refused' ? 'cross' : 'copy'} />
      <span className="sr-only" aria-live="polite">
        {said}
      </span>
    </button>
  );
}
