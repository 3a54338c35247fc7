import type { ReactNode } from 'react';
import { tell } from '../app/refusals.ts';
import { words } from '../app/words/words.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

/** What happened, what is safe, what to do: never less. */
export function ErrorNote({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}) {
  const told = tell(error);
  return (
    <div role="alert" className="flex gap-2.5 rounded-md bg-red-wash px-3 py-2.5 text-sm">
      <Icon name="warning" className="mt-0.5 text-red" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="font-medium text-red">{told.what}</p>
        <p className="text-ink">
          {told.safe} {told.next}
        </p>
        <p className="text-xs text-soft">{words.ui.code(told.code)}</p>
        {onRetry ? (
          <div className="mt-1">
            <Button onClick={onRetry}>{words.ui.retry}</Button>
          </div>
        ) : null}
      </div>
    </div>
  );
}

export function Empty({
  title,
  next,
  children,
}: {
  readonly title: string;
  readonly next: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-1 px-6 py-10">
      <p className="text-base font-medium">{title}</p>
      <p className="max-w-96 text-soft">{next}</p>
      {children ? <div className="mt-3 flex gap-2">{children}</div> : null}
    </div>
  );
}

export function GoodNote({ children }: { readonly children: ReactNode }) {
  return (
    <div role="status" className="flex gap-2.5 rounded-md bg-green-wash px-3 py-2.5 text-sm">
      <Icon name="check" className="mt-0.5 text-green" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}

/** Stands where lines of text will stand. */
export function LoadingLines({ lines }: { readonly lines: number }) {
  return (
    <div role="status" aria-label={words.ui.loading} className="flex flex-col gap-3 py-1">
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: shapes have no identity
        <span key={at} className={`shape h-3.5 ${at % 3 === 0 ? 'w-2/3' : at % 3 === 1 ? 'w-1/2' : 'w-3/5'}`} />
      ))}
    </div>
  );
}

export function Working({ children }: { readonly children: ReactNode }) {
  return (
    <p role="status" className="flex items-center gap-2 text-sm text-soft">
      <span
        className="size-3 shrink-0 animate-spin rounded-full border-2 border-line-strong border-t-transparent"
        aria-hidden="true"
      />
      {children}
    </p>
  );
}
