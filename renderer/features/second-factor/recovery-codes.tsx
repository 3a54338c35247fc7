import { useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { CheckField } from '../../ui/field.tsx';

const say = words.factor.codes;

/** The one moment they are seen. It goes on only when the person says they have them. */
export function RecoveryCodes({ codes, onKept }: { readonly codes: readonly string[]; readonly onKept: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <section aria-label={say.title} className="flex flex-col gap-3">
      <p className="font-medium">{say.title}</p>
      <p className="text-soft">{say.lead}</p>
      <div className="flex items-start gap-2 rounded-md border border-line bg-canvas px-3 py-3">
        <ol aria-label={say.label} className="grid flex-1 grid-cols-2 gap-x-6 gap-y-1 font-mono text-sm select-all">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <CopyButton text={codes.join('\n')} label={say.copy} />
      </div>
      <CheckField label={say.kept} checked={kept} onCheck={setKept} />
      <div>
        <Button kind="primary" disabled={!kept} onClick={onKept}>
          {say.done}
        </Button>
      </div>
    </section>
  );
}
