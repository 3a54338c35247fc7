import { useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { EnrolFactor } from './enrol-factor.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useMyFactor, useRenewCodes } from './use-second-factor.ts';

const say = words.factor;
const FEW_CODES = 3;

export function SecondFactorSection() {
  const { query, factor } = useMyFactor();
  const renew = useRenewCodes();
  const [enrolling, setEnrolling] = useState(false);
  return (
    <Section title={say.title}>
      {query.isPending ? <LoadingLines lines={2} /> : null}
      {query.isError ? <ErrorNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {factor ? <Standing enrolled={factor.enrolled} codesLeft={factor.recoveryCodesLeft} /> : null}
      {enrolling ? <EnrolFactor onDone={() => setEnrolling(false)} /> : null}
      {renew.data ? <RecoveryCodes codes={renew.data.recoveryCodes} onKept={() => renew.reset()} /> : null}
      {renew.isError ? <ErrorNote error={renew.error} /> : null}
      {factor && !enrolling && !renew.data ? (
        <div className="flex gap-2">
          <Button kind={factor.enrolled ? 'plain' : 'primary'} onClick={() => setEnrolling(true)}>
            {factor.enrolled ? say.replace : say.enrolIt}
          </Button>
          {factor.enrolled ? (
            <Button kind="quiet" busy={renew.isPending} onClick={() => renew.mutate(undefined)}>
              {say.renew}
            </Button>
          ) : null}
        </div>
      ) : null}
    </Section>
  );
}

function Standing({ enrolled, codesLeft }: { readonly enrolled: boolean; readonly codesLeft: number }) {
  if (!enrolled) return <p className="text-soft">{say.none}</p>;
  return (
    <p className="flex items-start gap-2">
      <Icon name="check" className="mt-0.5 text-green" />
      <span>
        {say.enrolled}{' '}
        <span className={codesLeft <= FEW_CODES ? 'text-amber' : 'text-soft'}>{say.codesLeft(codesLeft)}</span>
      </span>
    </p>
  );
}
