/**
 * What is about to be signed, and beside it what it is signed with: each scrolls by itself, so that
 * the device stays in sight of the last operation, and what is pressed last stays in sight of both.
 */
import type { ReactNode } from 'react';

interface ReviewColumnsProps {
  readonly label: string;
  readonly document: ReactNode;
  readonly beside: ReactNode;
  /** What can be done now, always in sight. */
  readonly actions?: ReactNode;
}

export function ReviewColumns({ label, document, beside, actions }: ReviewColumnsProps) {
  return (
    <div className="@container flex min-h-0 min-w-0 flex-1">
      <div className="relative flex min-h-0 min-w-0 flex-1 @max-[35rem]:flex-col @max-[35rem]:overflow-y-auto">
        <div className="relative min-w-0 flex-1 px-6 py-5 @max-[42rem]:px-4 @min-[35rem]:overflow-y-auto">
          {document}
        </div>
        <section
          aria-label={label}
          className="flex w-84 shrink-0 flex-col border-l border-line @max-[35rem]:w-full @max-[35rem]:border-t @max-[35rem]:border-l-0 @min-[35rem]:@max-[48rem]:w-64"
        >
          <div className="relative flex min-h-0 flex-1 flex-col gap-5 px-5 py-5 @max-[48rem]:px-4 @min-[35rem]:overflow-y-auto">
            {beside}
          </div>
          {actions ? (
            <div className="flex max-h-[60%] shrink-0 flex-col gap-2 overflow-y-auto border-t border-line px-5 py-3 empty:hidden @max-[48rem]:px-4">
              {actions}
            </div>
          ) : null}
        </section>
      </div>
    </div>
  );
}

/** While it is not known what stands there, or it could not be asked for. */
export function ReviewPending({ children }: { readonly children: ReactNode }) {
  return <div className="min-w-0 flex-1 px-6 py-5">{children}</div>;
}
