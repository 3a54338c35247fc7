import { useState } from 'react';
import type { Alert } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { SelectField } from '../../ui/field.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { useAcknowledge, useSnooze } from './use-alerts.ts';

interface TaskProps {
  readonly alert: Alert;
  readonly onDone: () => void;
}

export function AcknowledgeAlert({ alert: { id }, onDone }: TaskProps) {
  const say = words.alerts.acknowledge;
  const acknowledge = useAcknowledge();
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <ReasonForm
        kind="primary"
        consequence={say.consequence}
        submit={say.submit}
        busy={acknowledge.isPending}
        error={acknowledge.error}
        onSubmit={(reason) => acknowledge.mutate({ id, reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}

const HOUR_MS = 3_600_000;
const SPANS = { hour: HOUR_MS, hours4: 4 * HOUR_MS, day: 24 * HOUR_MS, days3: 72 * HOUR_MS, week: 168 * HOUR_MS };
type Span = keyof typeof SPANS;
const NAMES = Object.keys(SPANS) as readonly Span[];

export function SnoozeAlert({ alert: { id }, onDone }: TaskProps) {
  const say = words.alerts.snooze;
  const snooze = useSnooze();
  const [span, setSpan] = useState<Span>('hours4');
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <SelectField
        label={say.for}
        value={span}
        onText={(text) => setSpan(NAMES.find((name) => name === text) ?? span)}
        choices={NAMES.map((value) => ({ value, label: say.spans[value] }))}
      />
      <ReasonForm
        kind="primary"
        consequence={say.consequence}
        submit={say.submit}
        busy={snooze.isPending}
        error={snooze.error}
        onSubmit={(reason) => snooze.mutate({ id, forMs: SPANS[span], reason }, { onSuccess: onDone })}
        onCancel={onDone}
      />
    </PanelTask>
  );
}
