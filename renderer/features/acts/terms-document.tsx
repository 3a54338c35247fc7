import type { ReactNode } from 'react';
import type { ActTerms } from '../../../core/contract/index.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Moment } from '../../ui/time.tsx';
import { Frozen } from '../freezes/frozen.tsx';
import { useFreezes } from '../freezes/use-freezes.ts';
import { consequenceOf, reasonOf, titleOf } from './act-words.ts';
import { GovernanceFacts } from './governance-facts.tsx';

const FIELDS = words.acts.fields;

/** What the freeze covers, beside its id: the id alone is what is signed. */
function FrozenBy({ id }: { readonly id: string }) {
  const freeze = useFreezes().data?.find((known) => known.id === id);
  return freeze ? (
    <span className="block">
      <Frozen freeze={freeze} />
    </span>
  ) : null;
}

function KindFacts({ terms }: { readonly terms: ActTerms }): ReactNode {
  switch (terms.kind) {
    case 'resolution':
      return (
        <>
          <Fact name={FIELDS.payout}>
            <a
              href={hrefOf('payouts', terms.payoutId)}
              className="font-mono text-xs break-all text-accent hover:underline"
            >
              {terms.payoutId}
            </a>
          </Fact>
          <Fact name={FIELDS.version}>{FIELDS.versionOf(terms.payoutVersion)}</Fact>
          <Fact name={FIELDS.to}>
            <span className="font-medium">{words.status[terms.to]}</span>
          </Fact>
          <Fact name={FIELDS.evidence}>
            <span className="whitespace-pre-wrap">{terms.evidence}</span>
          </Fact>
        </>
      );
    case 'unfreeze':
      return (
        <Fact name={FIELDS.freeze}>
          <FrozenBy id={terms.freezeId} />
          <span className="font-mono text-xs break-all text-soft">{terms.freezeId}</span>
        </Fact>
      );
    case 'lift_fence':
      return (
        <>
          <Fact name={FIELDS.fencedAt}>
            <Moment atMs={terms.fencedAtMs} />
          </Fact>
          <Fact name={FIELDS.comparedAt}>
            <Moment atMs={terms.comparedAtMs} />
          </Fact>
        </>
      );
    default:
      return <GovernanceFacts terms={terms} />;
  }
}

/** The terms as a document a person can read: every one that is signed, and what follows from them. */
export function TermsDocument({ terms, text }: { readonly terms: ActTerms; readonly text?: string | null }) {
  const reason = reasonOf(terms);
  return (
    <div className="rounded-lg border border-line-strong/60">
      <div className="border-b border-line px-4 py-3">
        <p className="text-base font-semibold">{titleOf(terms)}</p>
        <p className="mt-0.5 text-soft">{consequenceOf(terms)}</p>
      </div>
      <div className="px-4 py-3">
        <Facts>
          <KindFacts terms={terms} />
          {reason === null ? null : (
            <Fact name={FIELDS.reason}>
              <span className="whitespace-pre-wrap">{reason}</span>
            </Fact>
          )}
        </Facts>
      </div>
      {text ? (
        <details className="border-t border-line px-4 py-2 text-xs">
          <summary className="cursor-default py-1 text-soft">{words.acts.rawText}</summary>
          <pre className="mt-1 mb-2 font-mono text-2xs leading-4 break-all whitespace-pre-wrap text-soft">{text}</pre>
        </details>
      ) : null}
    </div>
  );
}
