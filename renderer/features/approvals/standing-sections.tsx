/** How a payout stands: what the rule asks, who has answered, and what stands in the way. */
import type { Queued } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Ago, Until } from '../../ui/time.tsx';
import { useLiftChanges } from './use-decisions.ts';

const say = words.approvals;

/** What somebody wants changed, and the way to let it be. */
export function ChangesAsked({ payout, mayLift }: { readonly payout: Queued; readonly mayLift: boolean }) {
  const lift = useLiftChanges();
  if (payout.changes === null) return null;
  const { by, text, atMs } = payout.changes;
  return (
    <div className="flex flex-col items-start gap-2 rounded-md bg-amber-wash px-3 py-2.5">
      <p>
        <span className="font-medium text-amber">{say.changesAsked(by)}</span> <Ago atMs={atMs} />
        <span className="block break-words whitespace-pre-wrap">“{text}”</span>
      </p>
      {lift.isError ? <ErrorNote error={lift.error} /> : null}
      {mayLift ? (
        <Button busy={lift.isPending} onClick={() => lift.mutate({ id: payout.id })}>
          {say.lift}
        </Button>
      ) : null}
    </div>
  );
}

/** The rule in plain words, and how far its steps have come. */
export function RuleSteps({ payout, ruleInWords }: { readonly payout: Queued; readonly ruleInWords: string }) {
  const { steps } = payout;
  const { blocked } = payout.approvals;
  return (
    <Section title={say.rule}>
      <p>{ruleInWords}</p>
      {blocked === null ? null : <p className="text-red">{blocked.why}</p>}
      <ol className="flex flex-col gap-1">
        {steps.map(({ needed, given, from }, at) => {
          const done = given >= needed;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the rule
            <li key={at} className="flex items-start gap-2 text-soft">
              <Icon name={done ? 'check' : 'right'} className={`mt-0.5 ${done ? 'text-green' : 'text-faint'}`} />
              {steps.length === 1 ? say.oneStep(given, needed, from) : say.step(at + 1, given, needed, from)}
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

export function WhoApproved({ payout }: { readonly payout: Queued }) {
  const { given } = payout.approvals;
  return (
    <Section title={say.given}>
      {given.length === 0 ? <p className="text-soft">{say.givenNone}</p> : null}
      {given.map(({ staffId, name, atMs }) => (
        <p key={staffId}>
          {name} · <Ago atMs={atMs} />
        </p>
      ))}
      {payout.expiresAtMs === null ? null : (
        <p className="text-soft">
          {say.expires} <Until atMs={payout.expiresAtMs} />
        </p>
      )}
    </Section>
  );
}
