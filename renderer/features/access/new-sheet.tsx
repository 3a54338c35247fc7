import { useState } from 'react';
import { foundingOfMine } from '../../app/identity.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField } from '../../ui/field.tsx';
import { RecoverySheet } from '../../ui/recovery-sheet.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import { useProposeSheet } from '../people/use-people.ts';

const say = words.access;

/** A new recovery sheet: its code first, and only when it is written down the act that puts it in force. */
export function NewSheet() {
  const propose = useProposeSheet();
  const [kept, setKept] = useState(false);
  const [signed, setSigned] = useState<ActSigned | null>(null);
  const { data } = propose;
  if (!data || signed) {
    return (
      <>
        <SignedNote signed={signed} />
        <p className="text-soft">{say.sheetLead}</p>
        {propose.isError ? <ErrorNote error={propose.error} /> : null}
        <div>
          <Button
            busy={propose.isPending}
            onClick={() => {
              setSigned(null);
              setKept(false);
              propose.mutate(undefined);
            }}
          >
            {say.newSheet}
          </Button>
        </div>
      </>
    );
  }
  return (
    <div className="flex max-w-xl flex-col gap-4">
      <p className="text-soft">{say.sheetCodeLead}</p>
      <RecoverySheet label={say.sheetCode} code={data.recoveryCode} foundingFingerprint={foundingOfMine()} />
      <CheckField label={say.sheetKept} checked={kept} onCheck={setKept} />
      {kept ? (
        <SignAct
          terms={{ kind: 'recovery_key', publicKey: data.publicKey }}
          onSigned={setSigned}
          onCancel={() => propose.reset()}
        />
      ) : null}
    </div>
  );
}
