import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { enter } from '../../app/identity.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { CheckField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { setSettingUp } from './setup-state.ts';
import type { NewVault } from './use-create-vault.ts';

/** The one moment the recovery code is seen. It goes on only when the person says they have it. */
export function RecoveryCode({ vault, code }: { readonly vault: NewVault; readonly code: string }) {
  const [written, setWritten] = useState(false);
  const open = useMutation({
    mutationFn: () => enter({ file: vault.file, name: vault.yourName, secrets: vault.secrets }),
    onSuccess: () => setSettingUp(false),
  });
  return (
    <EntryFrame title={words.recovery.title} lead={words.recovery.lead}>
      <div className="flex items-start gap-2 rounded-md border border-line bg-canvas px-3 py-3">
        <output aria-label={words.recovery.code} className="font-mono text-base leading-7 break-words select-all">
          {code}
        </output>
        <CopyButton text={code} />
      </div>
      <CheckField label={words.recovery.confirm} checked={written} onCheck={setWritten} />
      {open.isError ? <ErrorNote error={open.error} /> : null}
      <div>
        <Button kind="primary" disabled={!written} busy={open.isPending} onClick={() => open.mutate()}>
          {words.recovery.done}
        </Button>
      </div>
    </EntryFrame>
  );
}
