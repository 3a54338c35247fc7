import { words } from '../app/words/words.ts';
import { FullAddress } from './address.tsx';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';

const say = words.recovery;

interface Props {
  readonly label: string;
  readonly code: string;
  /** What everything is trusted because of; on the sheet, so that a swapped treasury is noticed. */
  readonly foundingFingerprint: string;
}

/** What is kept on paper. Printed by itself, without the window around it. */
export function RecoverySheet({ label, code, foundingFingerprint }: Props) {
  return (
    <div className="sheet flex flex-col gap-3">
      <div className="flex items-start gap-2 rounded-md border border-line bg-canvas px-3 py-3">
        <output aria-label={label} className="font-mono text-base leading-7 break-words select-all">
          {code}
        </output>
        <span className="print:hidden">
          <CopyButton text={code} />
        </span>
      </div>
      <div className="flex flex-col gap-1">
        <p className="text-xs font-medium text-soft">{say.fingerprint}</p>
        <FullAddress address={foundingFingerprint} />
        <p className="text-xs text-faint">{say.fingerprintNote}</p>
      </div>
      <div className="print:hidden">
        <Button onClick={() => window.print()}>{say.print}</Button>
      </div>
    </div>
  );
}
