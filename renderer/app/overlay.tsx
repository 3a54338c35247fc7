import { type ReactNode, useEffect, useRef } from 'react';
import { showOverlay } from './view-state.ts';

/**
 * The browser's own modal dialog: it keeps the focus inside, gives it back, closes on Esc, and
 * needs no injected styles, which the content security policy would refuse.
 */
export function Overlay({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const node = dialog.current;
    node?.showModal();
    return () => node?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself
    <dialog
      ref={dialog}
      aria-label={label}
      onClose={() => showOverlay(null)}
      onClick={(event) => {
        if (event.target === dialog.current) showOverlay(null);
      }}
      className={`rounded-xl border border-line bg-raised p-0 shadow-float outline-none ${className}`}
    >
      {children}
    </dialog>
  );
}
