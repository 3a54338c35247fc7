import { useQuery } from '@tanstack/react-query';
import type { PolicyInWords, PolicyTerms } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { words } from '../../app/words/words.ts';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';

/** A policy in plain words, in its order. */
export function PolicyWords({ inWords }: { readonly inWords: PolicyInWords }) {
  return (
    <div className="flex flex-col gap-2">
      <ol className="flex list-decimal flex-col gap-1.5 pl-5">
        {inWords.rules.map(({ id, name, text }) => (
          <li key={id}>
            <span className="font-medium">{name}</span>
            <span className="block text-soft">{text}</span>
          </li>
        ))}
      </ol>
      {inWords.limits.length > 0 ? (
        <ul aria-label={words.policies.limits} className="flex list-disc flex-col gap-0.5 pl-5 text-soft">
          {inWords.limits.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      ) : null}
      <p className="text-soft">{inWords.signing}</p>
    </div>
  );
}

/** The same for terms that nobody has put in words yet. */
export function PolicyText({ terms }: { readonly terms: PolicyTerms }) {
  const { data, isPending, error, refetch } = useQuery(orpc.policies.check.queryOptions({ input: { terms } }));
  if (isPending) return <LoadingLines lines={3} />;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  return <PolicyWords inWords={data.inWords} />;
}
