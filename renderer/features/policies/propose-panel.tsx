import { useState } from 'react';
import type { GovernanceTerms, PolicyTerms } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import { DifferenceList } from './difference-list.tsx';
import { usePolicy } from './use-policies.ts';

const say = words.policies;

interface Props {
  readonly baseVersion: number;
  readonly terms: PolicyTerms;
  readonly onSigned: (signed: ActSigned) => void;
  readonly onClose: () => void;
}

/** What differs, why, and then exactly what is signed. */
export function ProposePanel({ baseVersion, terms, onSigned, onClose }: Props) {
  const [act, setAct] = useState<GovernanceTerms | null>(null);
  const [signed, setSigned] = useState<ActSigned | null>(null);
  const current = usePolicy();
  return (
    <Panel
      of={`${act === null} ${signed?.done}`}
      label={say.propose}
      onClose={onClose}
      title={<h2 className="text-base font-semibold">{say.propose}</h2>}
    >
      <SignedNote signed={signed} />
      {current.data && !signed ? (
        <Section title={say.differences}>
          <DifferenceList before={current.data.terms} after={terms} />
        </Section>
      ) : null}
      {signed ? null : act ? (
        <SignAct
          terms={act}
          onSigned={(done) => {
            setSigned(done);
            onSigned(done);
          }}
          onCancel={() => setAct(null)}
        />
      ) : (
        <ReasonForm
          consequence={words.acts.governance.follows.policy}
          submit={words.people.review}
          kind="primary"
          busy={false}
          error={null}
          onSubmit={(reason) => setAct({ kind: 'policy', baseVersion, terms, reason })}
          onCancel={onClose}
        />
      )}
    </Panel>
  );
}
