import { type FormEvent, useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { codeOf } from './quotes.tsx';
import { readRate } from './rate.ts';
import { useRecordQuote } from './use-bookkeeping.ts';
import { useLedgerAssets } from './use-ledger.ts';

const WORDS = words.ledger.quotes;
const FORM = WORDS.form;
const VALID_MINUTES = [15, 60, 240, 1440] as const;

/** A quote as somebody gave it: both assets, the exact rate, and how long it holds. */
export function RecordQuotePanel({ onClose }: { readonly onClose: () => void }) {
  const assets = useLedgerAssets();
  const [fromChosen, setFrom] = useState('');
  const [toChosen, setTo] = useState('');
  const [typed, setTyped] = useState('');
  const [source, setSource] = useState('');
  const [minutes, setMinutes] = useState<number>(60);
  const record = useRecordQuote();
  const from = fromChosen || (assets.data?.[0]?.id ?? '');
  const to = toChosen || (assets.data?.[1]?.id ?? '');
  const rate = readRate(typed);
  const different = from !== to;
  const ready = rate !== null && different && source.trim() !== '';
  const choices = (assets.data ?? []).map(({ id, code }) => ({ value: id, label: `${code} · ${id}` }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || record.isPending) return;
    const quotedAtMs = Date.now();
    record.mutate(
      {
        fromAssetId: from,
        toAssetId: to,
        rateNumerator: rate.numerator.toString(),
        rateDenominator: rate.denominator.toString(),
        source: source.trim(),
        quotedAtMs,
        expiresAtMs: quotedAtMs + minutes * 60_000,
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Panel
      of="new"
      label={WORDS.record}
      title={<h2 className="text-base font-semibold">{WORDS.record}</h2>}
      onClose={onClose}
    >
      {assets.isPending ? <LoadingLines lines={4} /> : null}
      {assets.isError ? <ErrorNote error={assets.error} onRetry={() => void assets.refetch()} /> : null}
      {assets.data ? (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <p className="text-soft">{WORDS.lead}</p>
          <SelectField label={FORM.from} value={from} onText={setFrom} choices={choices} />
          <SelectField
            label={FORM.to}
            value={to}
            onText={setTo}
            choices={choices}
            problem={different ? null : FORM.same}
          />
          <TextField
            label={FORM.rate(codeOf(assets.data, from), codeOf(assets.data, to))}
            hint={FORM.rateHint}
            problem={typed.trim() !== '' && rate === null ? FORM.rateProblem : null}
            value={typed}
            onText={setTyped}
            inputMode="decimal"
            maxLength={28}
            className="tabular text-right"
            required
          />
          <TextField label={FORM.source} value={source} onText={setSource} maxLength={200} required />
          <SelectField
            label={FORM.minutes}
            value={String(minutes)}
            onText={(text) => setMinutes(VALID_MINUTES.find((value) => String(value) === text) ?? minutes)}
            choices={VALID_MINUTES.map((value) => ({ value: String(value), label: FORM.validity(value) }))}
          />
          {record.isError ? <ErrorNote error={record.error} /> : null}
          <div className="flex gap-2">
            <Button kind="primary" type="submit" busy={record.isPending} disabled={!ready}>
              {FORM.submit}
            </Button>
            <Button kind="quiet" onClick={onClose}>
              {words.ui.cancel}
            </Button>
          </div>
        </form>
      ) : null}
    </Panel>
  );
}
