import { useState } from 'react';
import type { LedgerTransaction } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote, GoodNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { useStaffName } from '../acts/use-acts.ts';
import { PostedName } from './account-name.tsx';
import { accountKey, transactionKey } from './opened.ts';
import { useReverse } from './use-bookkeeping.ts';
import { useTransaction } from './use-ledger.ts';

const WORDS = words.ledger.transaction;
const LINK = 'text-left text-accent hover:underline';

function TransactionLink({ id }: { readonly id: string }) {
  return (
    <button type="button" onClick={() => go({ open: transactionKey(id) })} className={LINK}>
      {WORDS.number(id)}
    </button>
  );
}

function TransactionFacts({ transaction }: { readonly transaction: LedgerTransaction }) {
  const nameOf = useStaffName();
  return (
    <Facts>
      {transaction.reason ? <Fact name={WORDS.reason}>{transaction.reason}</Fact> : null}
      {transaction.payoutId ? (
        <Fact name={WORDS.payout}>
          <a href={hrefOf('payouts', transaction.payoutId)} className={`${LINK} font-mono text-xs break-all`}>
            {transaction.payoutId}
          </a>
        </Fact>
      ) : null}
      {transaction.cycle === null ? null : <Fact name={WORDS.cycle}>{transaction.cycle}</Fact>}
      {transaction.reference ? (
        <Fact name={WORDS.reference}>
          <span className="font-mono text-xs break-all">{transaction.reference}</span>
        </Fact>
      ) : null}
      {transaction.reversesId ? (
        <Fact name={WORDS.reverses}>
          <TransactionLink id={transaction.reversesId} />
        </Fact>
      ) : null}
      {transaction.reversedById ? (
        <Fact name={WORDS.reversedBy}>
          <TransactionLink id={transaction.reversedById} />
        </Fact>
      ) : null}
      <Fact name={words.ledger.transactions.effective}>
        <Moment atMs={transaction.effectiveAtMs} />
      </Fact>
      <Fact name={words.ledger.transactions.recorded}>
        <Moment atMs={transaction.recordedAtMs} />
      </Fact>
      <Fact name={words.ledger.transactions.who}>{nameOf(transaction.actor) ?? transaction.actor}</Fact>
      <Fact name={WORDS.key}>
        <span className="font-mono text-xs break-all text-soft">{transaction.key}</span>
      </Fact>
    </Facts>
  );
}

function Postings({ transaction }: { readonly transaction: LedgerTransaction }) {
  return (
    <Section title={WORDS.postings}>
      <ul className="-mx-2 flex flex-col">
        {transaction.postings.map((posting, leg) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the legs of a transaction never change
          <li key={leg}>
            <button
              type="button"
              onClick={() => go({ open: accountKey(posting.accountId) })}
              className="flex w-full items-start justify-between gap-3 rounded px-2 py-1 text-left hover:bg-hover"
            >
              <span className="min-w-0 break-all">
                <PostedName entity={posting.entity} pool={posting.pool} />
              </span>
              <Amount minor={posting.amountMinor} scale={posting.scale} code={posting.assetCode} />
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function TouchedLots({ transaction }: { readonly transaction: LedgerTransaction }) {
  const [first] = transaction.postings;
  if (transaction.lots.length === 0 || !first) return null;
  return (
    <Section title={WORDS.lots}>
      <ul className="flex flex-col">
        {transaction.lots.map((lot) => (
          <li key={lot.lotId} className="flex justify-between gap-3 py-1">
            <span>{WORDS.lot(lot.lotId)}</span>
            <Amount minor={lot.amountMinor} scale={first.scale} code={first.assetCode} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** One transaction: why it was written, its postings, and the way to correct it. */
export function TransactionPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const mayReverse = hasAnyRole(useMe(), ['controller', 'admin']);
  const { data: transaction, isPending, error, refetch } = useTransaction(id);
  const reverse = useReverse();
  const [reversing, setReversing] = useState(false);
  const reversible = transaction?.reversedById === null && transaction.kind !== 'reversal' && mayReverse;
  return (
    <Panel
      of={id}
      label={WORDS.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="text-base font-semibold">
            {transaction ? words.ledger.kinds[transaction.kind] : WORDS.panel}
          </h2>
          <p className="text-soft">{WORDS.number(id)}</p>
        </>
      }
      footer={
        !reversible ? undefined : reversing ? (
          <ReasonForm
            consequence={WORDS.reverseSays}
            submit={WORDS.reverseSubmit}
            busy={reverse.isPending}
            error={reverse.error}
            onSubmit={(reason) => reverse.mutate({ id, reason }, { onSuccess: () => setReversing(false) })}
            onCancel={() => setReversing(false)}
          />
        ) : (
          <div>
            <Button kind="danger" onClick={() => setReversing(true)}>
              {WORDS.reverse}
            </Button>
          </div>
        )
      }
    >
      {reverse.isSuccess ? <GoodNote>{WORDS.reversed}</GoodNote> : null}
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {transaction ? (
        <>
          <Postings transaction={transaction} />
          <TouchedLots transaction={transaction} />
          <TransactionFacts transaction={transaction} />
        </>
      ) : null}
    </Panel>
  );
}
