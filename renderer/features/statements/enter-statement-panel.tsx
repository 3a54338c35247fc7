import { type FormEvent, useState } from 'react';
import type { Payee } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, readAmount } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useAssets } from '../payouts/assets.ts';
import { PayeePicker } from '../payouts/payee-picker.tsx';
import { LinesEditor } from './lines-editor.tsx';
import { emptyLine, linesToSend, sumOf, type TypedLine } from './typed-lines.ts';
import { useEnterStatement } from './use-statements.ts';

const { form } = words.statements;

interface Props {
  readonly onClose: () => void;
  readonly onEntered: (id: string) => void;
}

export function EnterStatementPanel({ onClose, onEntered }: Props) {
  const assets = useAssets();
  const [creator, setCreator] = useState<Payee | null>(null);
  const [reference, setReference] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [assetId, setAssetId] = useState('iso:USD');
  const [lines, setLines] = useState<readonly TypedLine[]>([emptyLine(0)]);
  const [theirs, setTheirs] = useState('');
  const enter = useEnterStatement();

  const asset = assets.find(({ id }) => id === assetId) ?? assets[0];
  if (!asset) throw new Error('Every vault knows at least one asset');
  const { totalMinor, whole } = sumOf(lines, asset.scale);
  const proof = proofOf(theirs, totalMinor, asset.scale);
  const periodBad = from !== '' && to !== '' && to < from;
  const ready =
    creator !== null &&
    reference.trim() !== '' &&
    from !== '' &&
    to !== '' &&
    !periodBad &&
    whole &&
    totalMinor !== null &&
    totalMinor > 0n &&
    proof.problem === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || enter.isPending) return;
    enter.mutate(
      {
        reference: reference.trim(),
        payeeId: creator.id,
        periodFrom: from,
        periodTo: to,
        assetId: asset.id,
        lines: linesToSend(lines, asset.scale),
        ...(proof.minor === null ? {} : { totalMinor: proof.minor.toString() }),
      },
      { onSuccess: ({ id }) => onEntered(id) },
    );
  };
  return (
    <Panel
      of="new"
      label={form.title}
      title={<h2 className="text-base font-semibold">{form.title}</h2>}
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-soft">{form.lead}</p>
        <PayeePicker chosen={creator} onChoose={setCreator} />
        <TextField
          label={form.reference}
          hint={form.referenceHint}
          value={reference}
          onText={setReference}
          maxLength={200}
          required
        />
        <div className="grid grid-cols-2 gap-3">
          <TextField label={form.from} type="date" value={from} onText={setFrom} required />
          <TextField
            label={form.to}
            type="date"
            value={to}
            onText={setTo}
            required
            problem={periodBad ? form.periodBad : null}
          />
        </div>
        <SelectField
          label={form.asset}
          value={asset.id}
          onText={setAssetId}
          choices={assets.map(({ id, code }) => ({ value: id, label: code }))}
        />
        <LinesEditor lines={lines} onLines={setLines} asset={asset} totalMinor={totalMinor} />
        <TextField
          label={form.theirTotal}
          hint={form.theirTotalHint}
          optional
          value={theirs}
          onText={setTheirs}
          inputMode="decimal"
          maxLength={40}
          className="tabular text-right"
          problem={proof.problem}
        />
        {enter.isError ? <ErrorNote error={enter.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={enter.isPending} disabled={!ready}>
            {totalMinor !== null && totalMinor > 0n
              ? form.submit(`${amountText(totalMinor, asset.scale)} ${asset.code}`)
              : form.submitPlain}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** The total as the statement itself has it, against the lines as typed. */
function proofOf(
  typed: string,
  totalMinor: bigint | null,
  scale: number,
): { readonly minor: bigint | null; readonly problem: string | null } {
  if (typed.trim() === '') return { minor: null, problem: null };
  const read = readAmount(typed, scale);
  if (!read.ok) return { minor: null, problem: words.request.amountProblems[read.problem] };
  const same = read.minor === totalMinor;
  return {
    minor: read.minor,
    problem: same ? null : form.theirTotalDiffers(amountText(read.minor - (totalMinor ?? 0n), scale)),
  };
}
