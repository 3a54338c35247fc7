import { useState } from 'react';
import type { PolicyRule, PolicyTerms } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { CheckField } from '../../ui/field.tsx';
import { SelectFilter } from '../../ui/filters.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ListBar } from '../../ui/list-screen.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import type { ActSigned } from '../acts/sign-act.tsx';
import { BlindSigningEditor } from './blind-signing-editor.tsx';
import { Findings } from './findings.tsx';
import { LimitsEditor } from './limits-editor.tsx';
import { ProposePanel } from './propose-panel.tsx';
import { RuleCard } from './rule-card.tsx';
import { RulePanel } from './rule-panel.tsx';
import { TryPanel } from './try-panel.tsx';
import { changeDraft, setDraft, useCheckedTerms, usePolicy, usePresets } from './use-policies.ts';

const say = words.policies;

/** What stands beside the rules while they are edited. */
type Beside = { readonly what: 'rule'; readonly id: string | null } | { readonly what: 'try' | 'propose' } | null;

interface Props {
  readonly draft: { readonly baseVersion: number; readonly terms: PolicyTerms };
}

/** Nothing typed here is in force before the admins that are needed have signed all of it. */
export function PolicyEditor({ draft: { baseVersion, terms } }: Props) {
  const [beside, setBeside] = useState<Beside>(null);
  const checked = useCheckedTerms(terms);
  const current = usePolicy();
  const close = () => setBeside(null);
  const findings = checked.data?.findings ?? [];
  const unchanged = JSON.stringify(current.data?.terms) === JSON.stringify(terms);
  const stale = current.data !== undefined && current.data.version !== baseVersion;
  const ready = !unchanged && !stale && checked.isSuccess && !findings.some(({ level }) => level === 'error');
  const done = (signed: ActSigned) => {
    if (signed.done) setDraft(null);
  };
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        <EditorBar
          unchanged={unchanged}
          ready={ready}
          onTry={() => setBeside({ what: 'try' })}
          onPropose={() => setBeside({ what: 'propose' })}
        />
        <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-auto px-6 py-5">
          <p className="max-w-3xl text-soft">{say.editLead}</p>
          {stale ? <p className="font-medium text-red">{say.stale}</p> : null}
          {checked.isError ? <ErrorNote error={checked.error} onRetry={() => void checked.refetch()} /> : null}
          <div className="flex max-w-3xl flex-col gap-3">
            <Findings findings={findings.filter(({ ruleId }) => ruleId === null)} />
            {terms.rules.map((rule, at) => (
              <RuleCard
                key={rule.id}
                rule={rule}
                at={at}
                last={at === terms.rules.length - 1}
                chosen={beside?.what === 'rule' && beside.id === rule.id}
                text={checked.data?.inWords.rules.find(({ id }) => id === rule.id)?.text}
                findings={findings.filter(({ ruleId }) => ruleId === rule.id)}
                onEdit={() => setBeside({ what: 'rule', id: rule.id })}
              />
            ))}
            <div>
              <Button onClick={() => setBeside({ what: 'rule', id: null })}>
                <Icon name="plus" />
                {say.addRule}
              </Button>
            </div>
          </div>
          <div className="max-w-3xl">
            <Section title={say.limits}>
              <LimitsEditor limits={terms.limits} />
            </Section>
          </div>
          <CheckField
            label={say.separateSigner}
            checked={terms.separateSigner}
            onCheck={(separateSigner) => changeDraft((before) => ({ ...before, separateSigner }))}
          />
          <BlindSigningEditor contracts={terms.blindSigning ?? []} />
          {checked.data && !unchanged ? (
            <p className="max-w-3xl text-soft">
              {say.touches(checked.data.touches.pending, checked.data.touches.approved)}
            </p>
          ) : null}
        </div>
      </div>
      {beside?.what === 'rule' ? (
        <RulePanel
          key={beside.id ?? 'new'}
          rule={terms.rules.find(({ id }) => id === beside.id) ?? null}
          taken={terms.rules.map(({ id }) => id)}
          onSave={(rule) => {
            changeDraft((before) => withRule(before, rule));
            close();
          }}
          onClose={close}
        />
      ) : null}
      {beside?.what === 'try' ? <TryPanel terms={terms} onClose={close} /> : null}
      {beside?.what === 'propose' ? (
        <ProposePanel baseVersion={baseVersion} terms={terms} onSigned={done} onClose={close} />
      ) : null}
    </>
  );
}

/** In its place when it was there, before the last where it is new: the last one usually takes the rest. */
function withRule(terms: PolicyTerms, rule: PolicyRule): PolicyTerms {
  const at = terms.rules.findIndex(({ id }) => id === rule.id);
  const rules =
    at >= 0 ? terms.rules.with(at, rule) : terms.rules.toSpliced(Math.max(0, terms.rules.length - 1), 0, rule);
  return { ...terms, rules };
}

interface BarProps {
  readonly unchanged: boolean;
  readonly ready: boolean;
  readonly onTry: () => void;
  readonly onPropose: () => void;
}

function EditorBar({ unchanged, ready, onTry, onPropose }: BarProps) {
  const presets = usePresets().data ?? [];
  return (
    <ListBar>
      <p role="status" className="pl-3 font-medium">
        {unchanged ? say.editing : say.changed}
      </p>
      <SelectFilter
        label={say.presets}
        any={say.presets}
        value={undefined}
        choices={presets.map(({ preset }) => ({ value: preset, label: say.presetNames[preset] }))}
        onChoose={(value) => {
          const preset = presets.find((known) => known.preset === value);
          if (preset) changeDraft(() => preset.terms);
        }}
      />
      <span className="flex-1" />
      <Button kind="quiet" className="h-7" onClick={() => setDraft(null)}>
        {unchanged ? words.ui.cancel : say.discard}
      </Button>
      <Button className="h-7" onClick={onTry}>
        {say.try}
      </Button>
      <Button kind="primary" className="h-7" disabled={!ready} onClick={onPropose}>
        {say.propose}
      </Button>
    </ListBar>
  );
}
