import { type FormEvent, useState } from 'react';
import type { Combines, DiscountTiers } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, SelectField, TextAreaField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { isChargeKind, readDays, readDiscountTiers } from './typed-terms.ts';
import { CREDITS, useCampaigns, useWriteRule } from './use-campaigns.ts';

const say = words.discounts;
const { form } = say;
const BYS = ['membership', 'spend'] as const;
const COMBINING = ['stackable', 'best_of'] as const;

const TYPED_EMPTY = {
  name: '',
  by: 'membership' as DiscountTiers['by'],
  tiers: '',
  window: '',
  combines: 'best_of' as Combines,
  kind: '',
  campaignId: '',
};

interface Props {
  readonly onClose: () => void;
  readonly onWritten: (id: string) => void;
}

export function WriteRulePanel({ onClose, onWritten }: Props) {
  const [typed, setTyped] = useState(TYPED_EMPTY);
  const write = useWriteRule();
  const { rows: campaigns } = useCampaigns({});
  const set = (part: Partial<typeof TYPED_EMPTY>) => setTyped({ ...typed, ...part });
  const days = readDays(typed.window);
  const tiers = readDiscountTiers(typed.tiers, typed.by, days, CREDITS.scale);
  const kind = typed.kind.trim();
  const windowBad = typed.by === 'spend' && typed.window.trim() !== '' && days === null;
  const kindBad = kind !== '' && !isChargeKind(kind);
  const ready = typed.name.trim() !== '' && tiers !== null && !windowBad && !kindBad;
  const funders = campaigns.filter(({ status }) => status !== 'completed' && status !== 'expired');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || write.isPending) return;
    write.mutate(
      {
        name: typed.name.trim(),
        tiers,
        combines: typed.combines,
        ...(kind === '' ? {} : { chargeKind: kind }),
        ...(typed.campaignId === '' ? {} : { campaignId: typed.campaignId }),
      },
      { onSuccess: ({ id }) => onWritten(id) },
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
        <TextField
          label={say.name}
          value={typed.name}
          onText={(name) => set({ name })}
          maxLength={200}
          required
          autoFocus
        />
        <Choice
          label={form.by}
          value={typed.by}
          onChoose={(by) => set({ by })}
          choices={BYS.map((value) => ({ value, label: form.bys[value] }))}
        />
        <TextAreaField
          label={form.tiers}
          hint={typed.by === 'membership' ? form.membershipHint : form.spendHint}
          value={typed.tiers}
          onText={(text) => set({ tiers: text })}
          rows={4}
          required
          problem={tiers === null && typed.tiers.trim() !== '' ? form.tiersBad : null}
        />
        {typed.by === 'spend' ? (
          <TextField
            label={form.window}
            hint={form.windowHint}
            optional
            value={typed.window}
            onText={(window) => set({ window })}
            inputMode="numeric"
            maxLength={4}
            problem={windowBad ? form.windowBad : null}
          />
        ) : null}
        <Choice
          label={form.combines}
          value={typed.combines}
          onChoose={(combines) => set({ combines })}
          choices={COMBINING.map((value) => ({
            value,
            label: say.combining[value],
            note: say.combiningMeaning[value],
          }))}
        />
        <TextField
          label={say.kind}
          hint={words.campaigns.form.keptForHint}
          optional
          value={typed.kind}
          onText={(text) => set({ kind: text })}
          maxLength={40}
          problem={kindBad ? words.campaigns.form.keptForBad : null}
        />
        <SelectField
          label={form.campaign}
          value={typed.campaignId}
          onText={(campaignId) => set({ campaignId })}
          choices={[{ value: '', label: say.forgone }, ...funders.map(({ id, name }) => ({ value: id, label: name }))]}
        />
        {write.isError ? <ErrorNote error={write.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={write.isPending} disabled={!ready}>
            {form.submit}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
