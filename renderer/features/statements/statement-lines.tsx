import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { RoyaltyStatement, StatementLine } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';

const ROW_HEIGHT = 28;
/** More lines than this scroll in a box of their own, and only those in sight are drawn. */
const IN_SIGHT = 14;
const ROW = 'grid h-7 grid-cols-[minmax(0,1fr)_4.5rem_8rem] items-center gap-x-3 [&>:last-child]:text-right';
const say = words.statements.line;

interface Props {
  readonly statement: RoyaltyStatement & { readonly lines: readonly StatementLine[] };
}

export function StatementLines({ statement }: Props) {
  const { lines, scale, assetCode } = statement;
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: IN_SIGHT,
  });
  return (
    <div className="rounded-md border border-line text-sm">
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
        aria-label={words.statements.lines(lines.length.toLocaleString())}
        className="overflow-y-auto px-3"
        style={{ height: Math.min(lines.length, IN_SIGHT) * ROW_HEIGHT }}
      >
        <ol className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            if (!line) return null;
            return (
              <li key={index} className={`absolute inset-x-0 ${ROW}`} style={{ top: start }}>
                <span className="truncate" title={line.description}>
                  {line.description}
                </span>
                <span className="tabular text-right text-soft">
                  {line.quantity === null ? null : (
                    <>
                      <span className="sr-only">{say.quantity} </span>
                      {line.quantity}
                    </>
                  )}
                </span>
                <Amount minor={line.amountMinor} scale={scale} code={assetCode} bare />
              </li>
            );
          })}
        </ol>
      </section>
      <p className={`${ROW} border-t border-line px-3 font-medium`}>
        <span>{words.statements.total}</span>
        <span />
        <Amount minor={statement.totalMinor} scale={scale} code={assetCode} bare />
      </p>
    </div>
  );
}
