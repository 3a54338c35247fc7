import type { ReactNode } from 'react';
import { words } from '../../app/words/words.ts';

/** What stands before the desk: one narrow column, nothing else to look at. */
export function EntryFrame({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}) {
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto bg-canvas px-6 py-[9vh]">
      <div className="flex w-[26rem] max-w-full flex-col gap-5">
        <div className="flex items-center gap-2.5 text-sm font-semibold">
          <img src="./icon.svg" alt="" className="size-6" />
          {words.app}
        </div>
        <div className="flex flex-col gap-5 rounded-xl border border-line bg-surface p-6">
          <div className="flex flex-col gap-1.5">
            <h1 className="text-lg font-semibold">{title}</h1>
            {lead ? <p className="text-soft">{lead}</p> : null}
          </div>
          {children}
        </div>
      </div>
    </main>
  );
}
