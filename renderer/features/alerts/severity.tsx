import type { Alert } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';

/** A hue, a shape and a word. One whose cause is gone has none of the first two left. */
export function Severity({ alert }: { readonly alert: Pick<Alert, 'severity' | 'clearedAtMs'> }) {
  const word = words.alerts.severity[alert.severity];
  if (alert.clearedAtMs !== null) return <span className="text-faint">{word}</span>;
  const isCritical = alert.severity === 'critical';
  return (
    <span
      className={`inline-flex items-center gap-1.5 align-top whitespace-nowrap ${isCritical ? 'text-red' : 'text-amber'}`}
    >
      <Icon name={isCritical ? 'critical' : 'warning'} />
      {word}
    </span>
  );
}
