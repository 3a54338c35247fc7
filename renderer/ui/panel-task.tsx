import type { ReactNode } from 'react';
import { useCommands } from '../app/commands.ts';

interface Props {
  readonly title: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** One thing to do with what the panel shows. `Esc` leaves it and comes back to the record. */
export function PanelTask({ title, onCancel, children }: Props) {
  useCommands({ 'panel.close': onCancel });
  return (
    <section aria-label={title} className="flex flex-col gap-4">
      <h3 className="text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}
