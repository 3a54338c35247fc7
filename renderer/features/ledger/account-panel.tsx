import { useState } from 'react';
import type { LedgerAccount, TimeOfRecord } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { momentMs } from '../../ui/day-text.ts';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { AccountName, Holder } from './account-name.tsx';
import { AdjustForm } from './adjust-form.tsx';
import { AsOfFields } from './as-of-fields.tsx';
import { Entries } from './entries.tsx';
import { Lots } from './lots.tsx';
import { useAccount, useBalanceAsOf, useReadsEntries } from './use-ledger.ts';

const WORDS = words.ledger;

function BalanceAsOf({ account }: { readonly account: LedgerAccount }) {
  const [at, setAt] = useState('');
  const [by, setBy] = useState<TimeOfRecord>('effective');
  const atMs = momentMs(at);
  const { data, isFetching, error, refetch } = useBalanceAsOf(
    account.id,
    atMs === undefined ? undefined : { atMs, by },
  );
  const balance = data?.[0];
  return (
    <Section title={WORDS.asOf.title}>
      <AsOfFields
        at={at}
        by={by}
        onChange={(nextAt, nextBy) => {
          setAt(nextAt);
          setBy(nextBy);
        }}
      />
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {atMs === undefined || error ? null : isFetching ? (
        <LoadingLines lines={1} />
      ) : (
        <output className="font-medium">
          {balance ? (
            <Amount minor={balance.balanceMinor} scale={balance.scale} code={balance.assetCode} />
          ) : (
            WORDS.asOf.none
          )}
        </output>
      )}
    </Section>
  );
}

function AccountFacts({ account }: { readonly account: LedgerAccount }) {
  return (
    <Facts>
      {account.name ? <Fact name={WORDS.name}>{account.name}</Fact> : null}
      <Fact name={WORDS.entity}>
        <Holder entity={account.entity} holderName={account.holderName} />
      </Fact>
      {account.pool ? (
        <Fact name={WORDS.pool}>
          <span className="font-mono text-xs">{account.pool}</span>
        </Fact>
      ) : null}
      <Fact name={WORDS.asset}>
        {account.assetCode} <span className="font-mono text-xs break-all text-soft">{account.assetId}</span>
      </Fact>
      <Fact name={WORDS.limit}>{account.mayGoNegative ? WORDS.limits.negative : WORDS.limits.positive}</Fact>
      <Fact name={WORDS.number}>
        <span className="tabular">{account.id}</span>
      </Fact>
    </Facts>
  );
}

/** One account: its balance now and as of a moment, its lots, and what moved on it. */
export function AccountPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const mayAdjust = hasAnyRole(useMe(), ['controller', 'admin']);
  const readsEntries = useReadsEntries();
  const { data: account, isPending, error, refetch } = useAccount(id);
  const [adjusting, setAdjusting] = useState(false);
  return (
    <Panel
      of={id}
      label={WORDS.panel}
      onClose={onClose}
      title={
        account ? (
          <>
            <h2 className="text-xl font-semibold">
              <Amount minor={account.balanceMinor} scale={account.scale} code={account.assetCode} />
            </h2>
            <p className="truncate text-soft">
              <AccountName {...account} />
            </p>
          </>
        ) : (
          <h2 className="text-base font-semibold">{WORDS.panel}</h2>
        )
      }
      footer={
        !account || !mayAdjust || account.holdsLots ? undefined : adjusting ? (
          <AdjustForm account={account} onClose={() => setAdjusting(false)} />
        ) : (
          <div>
            <Button onClick={() => setAdjusting(true)}>{WORDS.adjust.open}</Button>
          </div>
        )
      }
    >
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {account ? (
        <>
          <AccountFacts account={account} />
          {readsEntries ? (
            <>
              <BalanceAsOf account={account} />
              {account.holdsLots ? <Lots account={account} /> : null}
              <Section title={WORDS.entries}>
                <Entries account={account} />
              </Section>
            </>
          ) : (
            <p className="text-soft">{WORDS.entriesForbidden}</p>
          )}
        </>
      ) : null}
    </Panel>
  );
}
