import { type FormEvent, useState } from 'react';
import type { ActTerms, Payout } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, TextAreaField } from '../../ui/field.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';

const ENDS = ['completed', 'failed', 'approved', 'cancelled'] as const;
const WORDS = words.quarantine;

interface Props {
  readonly payout: Payout;
  readonly onSigned: (signed: ActSigned) => void;
  readonly onCancel: () => void;
}

/** How a quarantine is to end, why, and what shows it; then the signature over exactly that. */
export function ResolutionForm({ payout, onSigned, onCancel }: Props) {
  const [to, setTo] = useState<(typeof ENDS)[number]>('completed');
  const [reason, setReason] = useState('');
  const [evidence, setEvidence] = useState('');
  const [terms, setTerms] = useState<ActTerms | null>(null);
  if (terms) return <SignAct terms={terms} onSigned={onSigned} onCancel={() => setTerms(null)} />;
  const ready = reason.trim() !== '' && evidence.trim() !== '';
  const review = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    setTerms({
      kind: 'resolution',
      payoutId: payout.id,
      payoutVersion: payout.version,
      to,
      reason: reason.trim(),
      evidence: evidence.trim(),
    });
  };
  return (
    <form onSubmit={review} className="flex flex-col gap-3">
      <Choice
        label={WORDS.to}
        value={to}
        onChoose={setTo}
        choices={ENDS.map((value) => ({ value, ...WORDS.ends[value] }))}
      />
      <Consequence>
        <p>{WORDS.follows[to]}</p>
        {to === 'approved' || to === 'cancelled' ? <p className="mt-1 text-soft">{WORDS.provenNote}</p> : null}
      </Consequence>
      <TextAreaField
        label={words.ui.reason}
        hint={words.ui.reasonHint}
        value={reason}
        onText={setReason}
        maxLength={1000}
        rows={2}
        required
      />
      <TextAreaField
        label={WORDS.evidenceField}
        hint={WORDS.evidenceHint}
        value={evidence}
        onText={setEvidence}
        maxLength={4000}
        rows={3}
        required
      />
      <div className="flex gap-2">
        <Button kind="primary" type="submit" disabled={!ready}>
          {WORDS.review}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {words.ui.cancel}
        </Button>
      </div>
    </form>
  );
}
