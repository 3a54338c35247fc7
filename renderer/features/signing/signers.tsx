import type { ChainDocument } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Section } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';

const say = words.signing;

type Progress = Pick<ChainDocument, 'signers' | 'weight' | 'needed'>;

/** Who may sign for the source, who did, and how far that reaches. */
export function Signers({ signers, weight, needed }: Progress) {
  return (
    <Section title={say.signers} action={<span className="text-xs text-soft">{say.weight(weight, needed)}</span>}>
      <div
        role="progressbar"
        aria-label={say.signers}
        aria-valuemin={0}
        aria-valuemax={needed}
        aria-valuenow={Math.min(weight, needed)}
        className="h-1.5 rounded-full bg-hover"
      >
        <span
          className="block h-full rounded-full bg-accent-solid"
          style={{ width: `${Math.min(100, (weight / Math.max(1, needed)) * 100)}%` }}
        />
      </div>
      <ul className="flex flex-col gap-1">
        {signers.map(({ key, weight: its, signed }) => (
          <li key={key} className="flex items-center gap-2">
            <Icon name={signed ? 'check' : 'open'} className={signed ? 'text-green' : 'text-faint'} />
            <ShortAddress address={key} />
            <span className="ml-auto text-xs text-faint">{say.weighs(its)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
