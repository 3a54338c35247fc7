import { useState } from 'react';
import type { ChainDocument } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { useBump, useChain } from './use-signing.ts';

const say = words.signing.bids;
const STROOP_PLACES = 7;

/** What was bid in the transaction's place; whichever a ledger takes, its payments are made once. */
export function Bids({ bumps }: Pick<ChainDocument, 'bumps'>) {
  if (bumps.length === 0) return null;
  return (
    <Section title={say.title}>
      <ul className="flex flex-col gap-1 text-sm">
        {bumps.map(({ hash, feeSource, feeMinor, builtAtMs }) => (
          <li key={hash} className="flex flex-wrap items-baseline justify-between gap-x-3">
            <Amount minor={feeMinor} scale={STROOP_PLACES} code="XLM" />
            <span className="text-xs text-soft">
              {say.paidBy} <ShortAddress address={feeSource} /> · <Ago atMs={builtAtMs} />
            </span>
          </li>
        ))}
      </ul>
      <p className="text-xs text-faint">{say.once}</p>
    </Section>
  );
}

/** Ten times the bid: paid by the fee account where there is one, or by the source and whoever signs for it. */
export function RaiseFee({ id }: { readonly id: string }) {
  const chain = useChain();
  const bump = useBump();
  const [paidBy, setPaidBy] = useState<'fee_account' | 'source' | null>(null);
  const raise = (by: 'fee_account' | 'source') => {
    setPaidBy(by);
    bump.mutate({ id, paidBy: by });
  };
  const account = chain.data?.feeAccount;
  return (
    <div className="flex w-full flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        {account ? (
          <Button busy={bump.isPending && paidBy === 'fee_account'} onClick={() => raise('fee_account')}>
            {say.byFeeAccount}
          </Button>
        ) : null}
        <Button busy={bump.isPending && paidBy === 'source'} onClick={() => raise('source')}>
          {account ? say.bySource : words.signing.bump}
        </Button>
      </div>
      {account ? (
        <p className="text-xs text-soft">
          {say.spent} <Amount minor={account.spentMinor} scale={STROOP_PLACES} code="XLM" /> {say.of}{' '}
          <Amount minor={account.dailyCapMinor} scale={STROOP_PLACES} code="XLM" /> {say.today}
        </p>
      ) : null}
      {bump.error ? <ErrorNote error={bump.error} /> : null}
    </div>
  );
}
