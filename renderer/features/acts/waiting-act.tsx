import { useState } from 'react';
import type { ActTerms } from '../../../core/contract/index.ts';
import { useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Ago } from '../../ui/time.tsx';
import { isGovernance } from './act-words.ts';
import { type ActSigned, SignAct } from './sign-act.tsx';
import { signerNames } from './signer-names.ts';
import { TakesEffect } from './takes-effect.tsx';
import { TermsDocument } from './terms-document.tsx';
import { useMaySign, useStaffName } from './use-acts.ts';

interface Waiting {
  readonly id: string;
  readonly terms: ActTerms;
  readonly signedBy: readonly string[];
  readonly createdAtMs: number;
  readonly takesEffectAtMs: number | null;
}

interface Props {
  readonly act: Waiting;
  /** Why it can no longer be carried out, where that is so. */
  readonly outdated?: string | undefined;
  readonly onSigned: (signed: ActSigned) => void;
}

/** An act with one signature: its terms, whose name stands under them, and the way to be the second. */
export function WaitingAct({ act, outdated, onSigned }: Props) {
  const me = useMe();
  const maySign = useMaySign();
  const nameOf = useStaffName();
  const [signing, setSigning] = useState(false);
  const mine = act.signedBy.includes(me.staffId);
  const names = signerNames(act.signedBy, nameOf);
  if (signing) {
    return (
      <SignAct
        terms={act.terms}
        signed={act.signedBy.length}
        onSigned={(signed) => {
          setSigning(false);
          onSigned(signed);
        }}
        onCancel={() => setSigning(false)}
      />
    );
  }
  return (
    <article className="flex flex-col gap-2">
      <TermsDocument terms={act.terms} />
      <p className="text-soft">
        {words.acts.fields.signedBy} {names} · <Ago atMs={act.createdAtMs} />
      </p>
      {act.takesEffectAtMs !== null ? (
        <TakesEffect act={act} atMs={act.takesEffectAtMs} />
      ) : outdated ? (
        <p className="text-soft">{outdated}</p>
      ) : mine ? (
        <p className="text-soft">{words.acts.mine}</p>
      ) : maySign(act.terms) ? (
        <div>
          <Button kind="primary" onClick={() => setSigning(true)}>
            {words.acts.review}
          </Button>
        </div>
      ) : (
        <p className="text-soft">{isGovernance(act.terms) ? words.acts.notAdmin : words.acts.notDecider}</p>
      )}
    </article>
  );
}
