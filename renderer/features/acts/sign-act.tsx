import type { ActTerms } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { TermsDocument } from './terms-document.tsx';
import { useActStatement, useSignAct, useSignaturesNeeded } from './use-acts.ts';

export interface ActSigned {
  readonly done: boolean;
}

interface Props {
  readonly terms: ActTerms;
  /** How many have signed these very terms already. */
  readonly signed?: number;
  readonly onSigned: (signed: ActSigned) => void;
  readonly onCancel: () => void;
}

/** Shows exactly what will be signed, then signs it. */
export function SignAct({ terms, signed = 0, onSigned, onCancel }: Props) {
  const { query, text, holds } = useActStatement(terms);
  const sign = useSignAct();
  const needed = useSignaturesNeeded(terms);
  const carriesOut = needed !== undefined && signed + 1 >= needed;
  const press = () => {
    if (text === null || !holds || query.isFetching) return;
    sign.mutate({ terms, statement: text }, { onSuccess: onSigned });
  };
  return (
    <section className="flex flex-col gap-3" aria-label={words.acts.willSign}>
      <h4 className="text-xs font-semibold text-soft">{words.acts.willSign}</h4>
      {query.isPending ? <LoadingLines lines={5} /> : <TermsDocument terms={terms} text={text} />}
      {query.isError ? <ErrorNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {text !== null && !holds ? (
        <div role="alert" className="rounded-md bg-red-wash px-3 py-2.5">
          <p className="font-medium text-red">{words.acts.checkFailed}</p>
          <p>{words.acts.checkFailedNext}</p>
        </div>
      ) : null}
      {sign.isError ? <ErrorNote error={sign.error} /> : null}
      <div className="flex gap-2">
        <Button kind="primary" onClick={press} busy={sign.isPending} disabled={!holds || needed === undefined}>
          {sign.isPending ? words.acts.signing : carriesOut ? words.acts.signSecond : words.acts.signFirst}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {words.ui.cancel}
        </Button>
      </div>
    </section>
  );
}
