import type { Alert } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Moment, Until } from '../../ui/time.tsx';

const say = words.alerts;

/** Who looks after it, if anybody does. */
export function AlertState({ alert }: { readonly alert: Alert }) {
  if (alert.clearedAtMs !== null)
    return (
      <span className="text-green">
        {say.gone}, <Moment atMs={alert.clearedAtMs} />
      </span>
    );
  if (alert.acknowledged) return <span className="text-soft">{say.acknowledgedBy(alert.acknowledged.by)}</span>;
  if (alert.snoozed && !alert.waits)
    return (
      <span className="text-soft">
        {say.snoozedUntil} <Until atMs={alert.snoozed.untilMs} />
      </span>
    );
  return <span>{say.waits}</span>;
}
