import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { GoodNote } from '../../ui/states.tsx';

interface Verdict {
  readonly entries: number;
  readonly valid: boolean;
  readonly head: string;
  readonly problem: string | null;
  readonly checkpoints: number;
}

export function ChainVerdict({ verdict }: { readonly verdict: Verdict }) {
  if (verdict.valid) {
    return (
      <GoodNote>
        <p className="font-medium text-green">{words.audit.valid(verdict.entries.toLocaleString())}</p>
        {verdict.checkpoints > 0 ? <p>{words.audit.validCheckpoints(verdict.checkpoints)}</p> : null}
        <p className="font-mono text-xs break-all text-soft">
          {words.audit.head} {verdict.head}
        </p>
      </GoodNote>
    );
  }
  return (
    <div role="alert" className="flex gap-2.5 rounded-md bg-red-wash px-3 py-2.5">
      <Icon name="warning" className="mt-0.5 text-red" />
      <div>
        <p className="font-medium text-red">{words.audit.invalid(verdict.problem ?? '')}</p>
        <p>{words.audit.invalidNext}</p>
      </div>
    </div>
  );
}
