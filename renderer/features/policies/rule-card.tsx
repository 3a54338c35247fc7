import type { PolicyFinding, PolicyRule } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Findings } from './findings.tsx';
import { changeDraft } from './use-policies.ts';

const say = words.policies;

interface Props {
  readonly rule: PolicyRule;
  readonly at: number;
  readonly last: boolean;
  readonly chosen: boolean;
  /** In plain words, once the engine has put it so. */
  readonly text: string | undefined;
  readonly findings: readonly PolicyFinding[];
  readonly onEdit: () => void;
}

function move(at: number, to: number): void {
  changeDraft((terms) => {
    const rule = terms.rules[at];
    return rule ? { ...terms, rules: terms.rules.toSpliced(at, 1).toSpliced(to, 0, rule) } : terms;
  });
}

export function RuleCard({ rule, at, last, chosen, text, findings, onEdit }: Props) {
  const position = at + 1;
  return (
    <article
      aria-label={say.ruleOf(position, rule.name)}
      className={`flex gap-3 rounded-lg border px-4 py-3 ${chosen ? 'border-accent' : 'border-line'}`}
    >
      <span className="tabular w-5 shrink-0 text-right text-faint">{position}</span>
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p className="font-medium">{rule.name}</p>
        <p className="text-soft">{text ?? say.reading}</p>
        <Findings findings={findings} />
      </div>
      <div className="flex shrink-0 items-start gap-0.5">
        <Small icon="up" label={say.up(rule.name)} disabled={at === 0} onPress={() => move(at, at - 1)} />
        <Small icon="down" label={say.down(rule.name)} disabled={last} onPress={() => move(at, at + 1)} />
        <Button kind="quiet" className="h-7 px-2" aria-label={say.editRule(rule.name)} onClick={onEdit}>
          {say.change}
        </Button>
        <Small
          icon="close"
          label={say.remove(rule.name)}
          disabled={at === 0 && last}
          onPress={() => changeDraft((terms) => ({ ...terms, rules: terms.rules.toSpliced(at, 1) }))}
        />
      </div>
    </article>
  );
}

interface SmallProps {
  readonly icon: IconName;
  readonly label: string;
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

export function Small({ icon, label, disabled = false, onPress }: SmallProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onPress}
      className="inline-flex size-7 items-center justify-center rounded-md text-faint hover:bg-hover hover:text-ink disabled:opacity-30"
    >
      <Icon name={icon} className="size-3.5" />
    </button>
  );
}
