import type { CallTerms } from '../../../core/contract/contract-calls.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Fact } from '../../ui/facts.tsx';

const say = words.payouts.call;

/** Which contract pays it, and how it is told whom and how much. */
export function CallFacts({ call }: { readonly call: CallTerms | null }) {
  if (call === null) return null;
  return (
    <>
      <Fact name={say.contract}>
        <FullAddress address={call.contract} />
      </Fact>
      <Fact name={say.method}>
        <span className="font-mono text-xs wrap-anywhere">
          {call.method}(
          {call.arguments
            .map((argument) => (argument.from === 'constant' ? JSON.stringify(argument.value) : argument.from))
            .join(', ')}
          )
        </span>
      </Fact>
    </>
  );
}
