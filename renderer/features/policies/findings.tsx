import type { PolicyFinding } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';

/** What is wrong keeps the policy from being put in force; what is odd is only said. */
export function Findings({ findings }: { readonly findings: readonly PolicyFinding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1.5">
      {findings.map(({ level, code, ruleId, step, message }) => (
        <li
          key={`${code} ${ruleId} ${step} ${message}`}
          className={`flex items-start gap-2 rounded-md px-2.5 py-1.5 ${level === 'error' ? 'bg-red-wash' : 'bg-amber-wash'}`}
        >
          <Icon name="warning" className={`mt-0.5 ${level === 'error' ? 'text-red' : 'text-amber'}`} />
          <span>
            <span className="sr-only">{words.policies.levels[level]}: </span>
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
