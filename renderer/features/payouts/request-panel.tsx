import { words } from '../../app/words/words.ts';
import { amountText } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField } from './amount-field.tsx';
import { DestinationField } from './destination-field.tsx';
import { FundingField } from './funding-field.tsx';
import { PayeePicker } from './payee-picker.tsx';
import { StatementField } from './statement-field.tsx';
import { useRequestForm } from './use-request-form.ts';

interface Props {
  readonly onClose: () => void;
  readonly onRequested: (id: string) => void;
}

export function RequestPanel({ onClose, onRequested }: Props) {
  const form = useRequestForm(onRequested);
  const { payee, asset, minor, request } = form;
  return (
    <Panel
      of="new"
      label={words.request.title}
      title={<h2 className="text-base font-semibold">{words.request.title}</h2>}
      onClose={onClose}
    >
      <form onSubmit={form.submit} className="flex flex-col gap-4">
        <p className="text-soft">{words.request.lead}</p>
        <PayeePicker chosen={payee} onChoose={form.setPayee} />
        <DestinationField destinations={form.destinations} chosen={form.destination} onChoose={form.setDestinationId} />
        <StatementField open={form.open} chosen={form.statement} onChoose={form.chooseStatement} />
        <div className="grid grid-cols-[1fr_6rem] gap-3">
          <AmountField label={words.request.amount} typed={form.typed} onType={form.setTyped} asset={asset} />
          <SelectField
            label={words.request.asset}
            value={asset.id}
            onText={form.setAssetId}
            choices={form.assets.map(({ id, code }) => ({ value: id, label: code }))}
          />
        </div>
        <TextField
          label={words.request.reference}
          hint={words.request.referenceHint}
          value={form.reference}
          onText={form.setReference}
          maxLength={200}
          required
        />
        {payee && !form.statement ? (
          <FundingField payee={payee} asset={asset} value={form.funding} onChoose={form.setFunding} />
        ) : null}
        <TextField
          label={words.request.due}
          type="date"
          optional
          hint={words.request.dueHint}
          value={form.due}
          onText={form.setDue}
        />
        {request.isError ? <ErrorNote error={request.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={request.isPending} disabled={!form.ready}>
            {minor === null
              ? words.request.submitPlain
              : words.request.submit(`${amountText(minor, asset.scale)} ${asset.code}`)}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
