import type { ChainPlan } from '../../../core/contract/chain.ts';
import { dataOf } from '../../app/refusals.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';

const say = words.signing.plan;

type Held = ChainPlan['heldBack'][number];
type Why = Held['why'];

/** An ordinary payment does not arrive there; another way may. */
const OTHERWISE: readonly Why[] = ['destination.missing', 'destination.no_trust', 'destination.exists'];

/** What is left out of a transaction, each with what stands in its way and where to go from there. */
export function HeldBack({ heldBack }: { readonly heldBack: readonly Held[] }) {
  if (heldBack.length === 0) return null;
  return (
    <Section title={say.heldBack}>
      <ul className="flex flex-col gap-2">
        {heldBack.map(({ payoutId, reference, why, said }) => (
          <li key={payoutId} className="flex flex-col">
            <a href={hrefOf('payouts', payoutId)} className="font-medium hover:underline">
              {reference}
            </a>
            <span className="text-xs text-soft">{say.why[why]}</span>
            {said === null ? null : (
              <span className="line-clamp-3 font-mono text-2xs wrap-anywhere text-faint">{said}</span>
            )}
            <Otherwise payoutId={payoutId} why={why} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Where nothing at all could be paid: the first of what stands in the way. */
export function HeldBackFirst({ error }: { readonly error: unknown }) {
  const { payoutId, why } = dataOf(error);
  if (typeof payoutId !== 'string' || typeof why !== 'string' || !isWhy(why)) return null;
  return (
    <p className="flex flex-col text-sm">
      {say.why[why]}
      <a href={hrefOf('payouts', payoutId)} className="text-xs text-accent hover:underline">
        {OTHERWISE.includes(why) ? say.otherwise : say.show}
      </a>
    </p>
  );
}

function isWhy(text: string): text is Why {
  return Object.hasOwn(say.why, text);
}

function Otherwise({ payoutId, why }: Pick<Held, 'payoutId' | 'why'>) {
  if (!OTHERWISE.includes(why)) return null;
  return (
    <a href={hrefOf('payouts', payoutId)} className="text-xs text-accent hover:underline">
      {say.otherwise}
    </a>
  );
}
