import { type ReactNode, useEffect, useRef } from 'react';
import { useCommands } from '../app/commands.ts';
import { words } from '../app/words/words.ts';
import { Icon } from './icon.tsx';

interface PanelProps {
  /** What is open: when it changes, the panel starts at its top again. */
  readonly of: string;
  readonly label: string;
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** Opens beside the list, which stays where it was. */
export function Panel({ of, label, title, onClose, footer, children }: PanelProps) {
  const body = useRef<HTMLDivElement>(null);
  useCommands({ 'panel.close': onClose });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another record is the reason to scroll up
  useEffect(() => {
    body.current?.scrollTo({ top: 0 });
  }, [of]);
  return (
    <aside
      aria-label={label}
      className="flex w-[27rem] shrink-0 flex-col border-l border-line bg-surface max-[1180px]:w-[23.5rem]"
    >
      <div className="flex items-start justify-between gap-3 border-b border-line px-5 py-3">
        <div className="min-w-0">{title}</div>
        <button
          type="button"
          onClick={onClose}
          aria-label={words.frame.close}
          title={`${words.frame.close} (Esc)`}
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-faint hover:bg-hover hover:text-ink"
        >
          <Icon name="close" />
        </button>
      </div>
      <div
        ref={body}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
        className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-5 py-4 focus-visible:-outline-offset-2"
      >
        {children}
      </div>
      {footer ? <div className="flex flex-col gap-2 border-t border-line px-5 py-3 empty:hidden">{footer}</div> : null}
    </aside>
  );
}
