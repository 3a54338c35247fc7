import type { PayoutStatus } from '../../core/contract/index.ts';
import { words } from '../app/words/words.ts';

/** A hue, a shape and a word each: no one of them alone has to be seen. */
const LOOKS: Record<PayoutStatus, { readonly hue: string; readonly shape: string; readonly filled: boolean }> = {
  pending: { hue: 'text-amber', shape: 'M6 2a4 4 0 100 8 4 4 0 000-8zM6 4v2l1.5 1', filled: false },
  approved: { hue: 'text-cyan', shape: 'M2 6l3 3 5-6', filled: false },
  processing: { hue: 'text-cyan', shape: 'M2 3l4 3-4 3zM6.5 3l4 3-4 3z', filled: true },
  completed: { hue: 'text-green', shape: 'M6 1.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9z', filled: true },
  failed: { hue: 'text-red', shape: 'M2.5 2.5l7 7M9.5 2.5l-7 7', filled: false },
  quarantined: { hue: 'text-violet', shape: 'M6 1.5L10.5 10h-9z', filled: true },
  cancelled: { hue: 'text-faint', shape: 'M2 6h8', filled: false },
};

export function StatusShape({ status }: { readonly status: PayoutStatus }) {
  const { hue, shape, filled } = LOOKS[status];
  return (
    <svg
      viewBox="0 0 12 12"
      className={`size-3 shrink-0 ${hue}`}
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={filled ? 0.5 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={shape} />
    </svg>
  );
}

/** The state of another kind of record, drawn as the payout state that it is like. */
export function StatusLike({ like, word }: { readonly like: PayoutStatus; readonly word: string }) {
  return (
    <span className={`inline-flex items-center gap-1.5 align-top whitespace-nowrap ${LOOKS[like].hue}`}>
      <StatusShape status={like} />
      <span>{word}</span>
    </span>
  );
}

export function Status({ status, settled = false }: { readonly status: PayoutStatus; readonly settled?: boolean }) {
  return (
    <StatusLike like={status} word={settled && status === 'completed' ? words.status.settled : words.status[status]} />
  );
}
