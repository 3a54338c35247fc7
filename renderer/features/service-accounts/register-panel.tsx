import { useState } from 'react';
import type { ServiceAccountChange } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Panel } from '../../ui/panel.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import { AccountForm, NEW_ACCOUNT } from './account-form.tsx';

const say = words.services;

export function RegisterPanel({ onClose }: { readonly onClose: () => void }) {
  const [change, setChange] = useState<ServiceAccountChange | null>(null);
  const [signed, setSigned] = useState<ActSigned | null>(null);
  return (
    <Panel
      of={`${change?.subject} ${signed?.done}`}
      label={say.add}
      onClose={onClose}
      title={<h2 className="text-base font-semibold">{say.add}</h2>}
    >
      <SignedNote signed={signed} />
      {signed ? null : change ? (
        <SignAct terms={{ kind: 'service_account', change }} onSigned={setSigned} onCancel={() => setChange(null)} />
      ) : (
        <AccountForm start={NEW_ACCOUNT} onTerms={setChange} onCancel={onClose} />
      )}
    </Panel>
  );
}
