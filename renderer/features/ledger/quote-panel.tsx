import { type FormEvent, useState } from 'react';
import type { FxQuote, Payee } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, GoodNote, LoadingLines } from '../../ui/states.tsx';
import { Moment, useNowMs } from '../../ui/time.tsx';
import { useStaffName } from '../acts/use-acts.ts';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { PayeePicker } from '../payouts/payee-picker.tsx';
import { codeOf } from './quotes.tsx';
import { rateText } from './rate.ts';
import { useExchange } from './use-bookkeeping.ts';
import { useLedgerAssets, useQuotes } from './use-ledger.ts';

const WORDS = words.ledger.quotes;
const EXCHANGE = words.ledger.exchange;

/** A payee's debt in one asset becomes a debt in the other. */
function ExchangeForm({ quote }: { readonly quote: FxQuote }) {
  const { data: assets } = useLedgerAssets();
  const [payee, setPayee] = useState<Payee | null>(null);
  const [typed, setTyped] = useState('');
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID());
  const exchange = useExchange();
  const from = assets?.find(({ id }) => id === quote.fromAssetId);
  const to = assets?.find(({ id }) => id === quote.toAssetId);
  if (!from || !to) return <LoadingLines lines={2} />;
  const { minor } = typedAmount(typed, from.scale);
  const owed = payee?.owed.find(({ assetId }) => assetId === from.id);
  const ready = payee !== null && minor !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || exchange.isPending) return;
    exchange.mutate(
      {
        payeeId: payee.id,
        fromAssetId: from.id,
        toAssetId: to.id,
        amountMinor: minor.toString(),
        quoteId: quote.id,
        idempotencyKey,
      },
      {
        onSuccess: () => {
          setPayee(null);
          setTyped('');
          // The next one is another exchange, not this one again.
          setKey(crypto.randomUUID());
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <p className="text-soft">{EXCHANGE.lead}</p>
      <PayeePicker chosen={payee} onChoose={setPayee} />
      {payee ? (
        <p className="text-xs text-faint">
          {owed
            ? words.request.owed(`${amountText(minorOf(owed.amountMinor), owed.scale)} ${owed.assetCode}`)
            : words.request.owedNothing(from.code)}
        </p>
      ) : null}
      <AmountField label={EXCHANGE.amount} typed={typed} onType={setTyped} asset={from} />
      {exchange.isError ? <ErrorNote error={exchange.error} /> : null}
      {exchange.data ? (
        <GoodNote>
          {EXCHANGE.done(
            `${amountText(minorOf(exchange.data.owedMinor), from.scale)} ${from.code}`,
            `${amountText(minorOf(exchange.data.paidMinor), to.scale)} ${to.code}`,
          )}
        </GoodNote>
      ) : null}
      <div>
        <Button kind="primary" type="submit" busy={exchange.isPending} disabled={!ready}>
          {EXCHANGE.submit}
        </Button>
      </div>
    </form>
  );
}

export function QuotePanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const mayExchange = hasAnyRole(useMe(), ['operator', 'controller']);
  const nowMs = useNowMs();
  const nameOf = useStaffName();
  const { data: assets } = useLedgerAssets();
  const { query, rows } = useQuotes();
  const quote = rows.find((known) => known.id === id);
  return (
    <Panel
      of={id}
      label={WORDS.panel}
      title={
        <h2 className="text-base font-semibold">
          {quote
            ? WORDS.rateText(
                codeOf(assets, quote.fromAssetId),
                rateText({ numerator: BigInt(quote.rateNumerator), denominator: BigInt(quote.rateDenominator) }),
                codeOf(assets, quote.toAssetId),
              )
            : WORDS.panel}
        </h2>
      }
      onClose={onClose}
    >
      {query.isPending ? <LoadingLines lines={5} /> : null}
      {quote ? (
        <>
          <Facts>
            <Fact name={WORDS.source}>{quote.source}</Fact>
            <Fact name={WORDS.quoted}>
              <Moment atMs={quote.quotedAtMs} />
            </Fact>
            <Fact name={WORDS.expires}>
              <Moment atMs={quote.expiresAtMs} />
            </Fact>
            <Fact name={WORDS.recordedBy}>{nameOf(quote.recordedBy) ?? quote.recordedBy}</Fact>
            <Fact name={WORDS.pair}>
              <span className="font-mono text-xs break-all">
                {quote.fromAssetId} → {quote.toAssetId}
              </span>
            </Fact>
          </Facts>
          {mayExchange ? (
            <Section title={EXCHANGE.title}>
              {quote.expiresAtMs <= nowMs ? (
                <p className="text-soft">{EXCHANGE.expired}</p>
              ) : (
                <ExchangeForm quote={quote} />
              )}
            </Section>
          ) : null}
        </>
      ) : null}
    </Panel>
  );
}
