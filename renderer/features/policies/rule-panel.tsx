import { type FormEvent, useState } from 'react';
import type { PolicyRule } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Choice, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { useLedgerAssets } from '../ledger/use-ledger.ts';
import { AskFields } from './ask-fields.tsx';
import { ConditionFields } from './condition-fields.tsx';
import { type KnownAsset, NEW_RULE, readRule, type TypedRule, typedOf } from './typed-rule.ts';

const say = words.policies.form;
const NONE: ReadonlySet<never> = new Set();

interface Props {
  /** Null for a new one. */
  readonly rule: PolicyRule | null;
  /** Ids of rules that are there. */
  readonly taken: readonly string[];
  readonly onSave: (rule: PolicyRule) => void;
  readonly onClose: () => void;
}

/** Amounts are typed in an asset's own notation, so the form waits until the assets are known. */
export function RulePanel(props: Props) {
  const assets = useLedgerAssets();
  return (
    <Panel
      of={props.rule?.id ?? 'new'}
      label={say.panel}
      onClose={props.onClose}
      title={<h2 className="truncate text-base font-semibold">{props.rule?.name ?? say.newRule}</h2>}
    >
      {assets.isPending ? <LoadingLines lines={8} /> : null}
      {assets.isError ? <ErrorNote error={assets.error} onRetry={() => void assets.refetch()} /> : null}
      {assets.data ? <RuleForm {...props} assets={assets.data} /> : null}
    </Panel>
  );
}

function RuleForm({ rule, taken, onSave, onClose, assets }: Props & { readonly assets: readonly KnownAsset[] }) {
  const [typed, setTyped] = useState<TypedRule>(() => (rule ? typedOf(rule, assets) : NEW_RULE));
  const [tried, setTried] = useState(false);
  const read = readRule(typed, assets, taken);
  const problems = tried && !read.ok ? read.problems : NONE;
  const change = (part: Partial<TypedRule>) => setTyped((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (read.ok) onSave(read.rule);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <TextField
        label={say.name}
        hint={say.nameHint}
        problem={problems.has('name') ? say.nameBad : null}
        value={typed.name}
        onText={(name) => change({ name })}
        maxLength={120}
        autoFocus
      />
      <Section title={say.when}>
        <div className="flex flex-col gap-4">
          <ConditionFields typed={typed} assets={assets} problems={problems} onChange={change} />
        </div>
      </Section>
      <Section title={say.asks}>
        <div className="flex flex-col gap-4">
          <Choice
            label={say.outcome}
            value={typed.outcome}
            onChoose={(outcome) => change({ outcome })}
            choices={(['ask', 'deny'] as const).map((value) => ({ value, label: say.outcomes[value] }))}
          />
          {typed.outcome === 'deny' ? (
            <TextField
              label={say.reason}
              problem={problems.has('reason') ? say.reasonBad : null}
              value={typed.reason}
              onText={(reason) => change({ reason })}
              maxLength={120}
            />
          ) : (
            <AskFields typed={typed} assets={assets} problems={problems} onChange={change} />
          )}
        </div>
      </Section>
      {problems.size > 0 ? (
        <p role="alert" className="text-red">
          {say.notYet}
        </p>
      ) : null}
      <div className="flex gap-2">
        <Button kind="primary" type="submit">
          {rule ? say.save : say.add}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {words.ui.cancel}
        </Button>
      </div>
    </form>
  );
}
