import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { ErrorNote, GoodNote, Working } from '../../ui/states.tsx';
import { accountKey } from './opened.ts';
import { useRebuild } from './use-bookkeeping.ts';

const WORDS = words.ledger.rebuild;

/** Makes the kept balances the sums of their entries again, and says which were not. */
export function Rebuild() {
  const rebuild = useRebuild();
  const corrected = rebuild.data?.corrected ?? [];
  return (
    <Section title={WORDS.title}>
      <p className="max-w-2xl text-soft">{WORDS.lead}</p>
      {rebuild.isPending ? <Working>{WORDS.working}</Working> : null}
      {rebuild.isError ? <ErrorNote error={rebuild.error} /> : null}
      {rebuild.data && corrected.length === 0 ? (
        <GoodNote>{WORDS.clean(rebuild.data.accounts.toLocaleString())}</GoodNote>
      ) : null}
      {corrected.length > 0 ? (
        <div role="alert" className="rounded-md bg-amber-wash px-3 py-2.5">
          <p className="font-medium text-amber">{WORDS.corrected(corrected.length)}</p>
          <ul>
            {corrected.map(({ accountId, keptMinor, entriesMinor }) => (
              <li key={accountId}>
                <button
                  type="button"
                  onClick={() => go({ open: accountKey(accountId) })}
                  className="text-accent hover:underline"
                >
                  {words.ledger.account} {accountId}
                </button>{' '}
                {WORDS.kept} <span className="tabular">{keptMinor}</span>, {WORDS.entries}{' '}
                <span className="tabular">{entriesMinor}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <div>
        <Button busy={rebuild.isPending} onClick={() => rebuild.mutate(undefined)}>
          {WORDS.submit}
        </Button>
      </div>
    </Section>
  );
}
