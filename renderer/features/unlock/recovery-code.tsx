import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { enter, useIdentity } from '../../app/identity.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField } from '../../ui/field.tsx';
import { RecoverySheet } from '../../ui/recovery-sheet.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { setSettingUp } from './setup-state.ts';
import type { NewVault } from './use-create-vault.ts';

/** The one moment the recovery code is seen. It goes on only when the person says they have it. */
export function RecoveryCode({ vault }: { readonly vault: NewVault }) {
  const [written, setWritten] = useState(false);
  const open = useMutation({
    mutationFn: async () => {
      // Setting up a sandbox has signed them in already; a second session would be left behind.
      if (useIdentity.getState().identity !== null) return;
      await enter({ file: vault.file, name: vault.yourName, secrets: vault.secrets });
    },
    onSuccess: () => setSettingUp(false),
  });
  return (
    <EntryFrame title={words.recovery.title} lead={words.recovery.lead}>
      <RecoverySheet
        label={words.recovery.code}
        code={vault.recoveryCode}
        foundingFingerprint={vault.foundingFingerprint}
      />
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
