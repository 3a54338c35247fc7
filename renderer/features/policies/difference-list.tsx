import { useQuery } from '@tanstack/react-query';
import type { PolicyInWords, PolicyTerms } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { words } from '../../app/words/words.ts';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { type Difference, differencesOf } from './differences.ts';

const say = words.policies;

function useWords(terms: PolicyTerms) {
  return useQuery(orpc.policies.check.queryOptions({ input: { terms } }));
}

/** Each difference in the words of the rules. */
export function DifferenceList({ before, after }: { readonly before: PolicyTerms; readonly after: PolicyTerms }) {
  const [was, is] = [useWords(before), useWords(after)];
  const error = was.error ?? is.error;
  if (error) return <ErrorNote error={error} onRetry={() => void Promise.all([was.refetch(), is.refetch()])} />;
  if (!was.data || !is.data) return <LoadingLines lines={3} />;
  const differences = differencesOf(before, after);
  const said = { was: was.data.inWords, is: is.data.inWords };
  if (differences.length === 0) return <p className="text-soft">{say.same}</p>;
  return (
    <ul className="flex flex-col gap-2.5">
      {differences.map((difference) => (
        <li key={`${difference.what} ${'rule' in difference ? difference.rule.id : ''}`}>
          <OneDifference difference={difference} said={said} />
        </li>
      ))}
    </ul>
  );
}

interface OneProps {
  readonly difference: Difference;
  readonly said: { readonly was: PolicyInWords; readonly is: PolicyInWords };
}

function ruleText(inWords: PolicyInWords, id: string): string {
  return inWords.rules.find((rule) => rule.id === id)?.text ?? '';
}

function Gone({ text }: { readonly text: string }) {
  return <del className="block text-soft decoration-line-strong">{text}</del>;
}

function Come({ text }: { readonly text: string }) {
  return <ins className="block no-underline">{text}</ins>;
}

function OneDifference({ difference, said }: OneProps) {
  const { was, is } = said;
  switch (difference.what) {
    case 'added':
      return (
        <>
          <span className="font-medium text-green">{say.added(difference.rule.name)}</span>
          <Come text={ruleText(is, difference.rule.id)} />
        </>
      );
    case 'removed':
      return (
        <>
          <span className="font-medium text-red">{say.removed(difference.rule.name)}</span>
          <Gone text={ruleText(was, difference.rule.id)} />
        </>
      );
    case 'changed':
      return (
        <>
          <span className="font-medium text-amber">{say.ruleChanged(difference.rule.name)}</span>
          <Gone text={ruleText(was, difference.rule.id)} />
          <Come text={ruleText(is, difference.rule.id)} />
        </>
      );
    case 'moved':
      return <span className="font-medium">{say.moved(difference.rule.name, difference.from, difference.to)}</span>;
    case 'limits':
      return (
        <>
          <span className="font-medium text-amber">{say.limits}</span>
          <Gone text={was.limits.join(' · ') || say.noLimits} />
          <Come text={is.limits.join(' · ') || say.noLimits} />
        </>
      );
    case 'signer':
      return (
        <>
          <span className="font-medium text-amber">{say.signing}</span>
          <Gone text={was.signing} />
          <Come text={is.signing} />
        </>
      );
  }
}
