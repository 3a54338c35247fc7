import { useState } from 'react';
import type { LedgerAccount } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Section } from '../../ui/facts.tsx';
import { CheckField } from '../../ui/field.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { MoreButton } from './more-button.tsx';
import { useLots } from './use-ledger.ts';

const WORDS = words.ledger.lots;

/** The lots a credit balance is made of, the next to be spent first. */
export function Lots({ account }: { readonly account: LedgerAccount }) {
  const [all, setAll] = useState(false);
  const { query, rows, loadMore } = useLots(account.id, all ? 'all' : 'open');
  const { scale, assetCode: code } = account;
  return (
    <Section title={WORDS.title}>
      <p className="text-soft">{WORDS.lead}</p>
      <CheckField label={WORDS.all} checked={all} onCheck={setAll} />
      {query.isPending ? <LoadingLines lines={3} /> : null}
      {query.isError ? <ErrorNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.data && rows.length === 0 ? <p className="text-soft">{WORDS.none}</p> : null}
      <ul className="flex flex-col">
        {rows.map((lot) => (
          <li key={lot.id} className="border-b border-line py-1.5 last:border-0">
            <p className="flex justify-between gap-3">
              <span className="min-w-0 truncate font-mono text-xs">
                {WORDS.source} {lot.source}
              </span>
              <span>
                <Amount minor={lot.remainingMinor} scale={scale} code={code} bare quietZero /> {WORDS.of}{' '}
                <Amount minor={lot.amountMinor} scale={scale} code={code} bare />
              </span>
            </p>
            <p className="text-xs text-soft">
              {lot.pool ? `${WORDS.only(lot.pool)} · ` : ''}
              {lot.expiresAtMs === null ? (
                WORDS.never
              ) : (
                <>
                  {WORDS.expires} <Moment atMs={lot.expiresAtMs} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
      <MoreButton onMore={loadMore} busy={query.isFetchingNextPage} />
    </Section>
  );
}
