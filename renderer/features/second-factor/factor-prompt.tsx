import { type FormEvent, useEffect, useRef, useState } from 'react';
import { go } from '../../app/routes.ts';
import { answerFactorPrompt, useFactorPrompt } from '../../app/second-factor.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useShowFactor } from './use-second-factor.ts';

const say = words.factor.prompt;

/** Over whatever is being done, which goes on by itself once the code was right. */
export function FactorPrompt() {
  const question = useFactorPrompt((state) => state.question);
  return question ? <Prompt enrolled={question.enrolled} /> : null;
}

function Prompt({ enrolled }: { readonly enrolled: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const node = dialog.current;
    node?.showModal();
    return () => node?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={say.title}
      onCancel={(event) => {
        // Closed by what it is answered with, so that the call that waits is told.
        event.preventDefault();
        answerFactorPrompt(false);
      }}
      className="w-96 max-w-[90vw] rounded-xl border border-line bg-raised p-5 shadow-float outline-none"
    >
      <h2 className="mb-1 text-base font-semibold">{say.title}</h2>
      {enrolled ? <ShowFactor /> : <EnrolFirst />}
    </dialog>
  );
}

function ShowFactor() {
  const [code, setCode] = useState('');
  const show = useShowFactor();
  const ready = code.trim().length >= 6;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || show.isPending) return;
    show.mutate({ code: code.trim() }, { onSuccess: () => answerFactorPrompt(true), onError: () => setCode('') });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p className="text-soft">{say.lead}</p>
      <TextField
        label={say.code}
        hint={say.hint}
        value={code}
        onText={setCode}
        inputMode="text"
        autoComplete="one-time-code"
        maxLength={40}
        mono
        required
        autoFocus
      />
      {show.isError ? <ErrorNote error={show.error} /> : null}
      <div className="flex gap-2">
        <Button kind="primary" type="submit" busy={show.isPending} disabled={!ready}>
          {say.submit}
        </Button>
        <Button kind="quiet" onClick={() => answerFactorPrompt(false)}>
          {words.ui.cancel}
        </Button>
      </div>
    </form>
  );
}

function EnrolFirst() {
  return (
    <div className="flex flex-col gap-4">
      <p className="text-soft">{say.enrolFirst}</p>
      <div className="flex gap-2">
        <Button
          kind="primary"
          onClick={() => {
            answerFactorPrompt(false);
            go({ place: 'settings', open: null, params: { tab: 'you' } });
          }}
        >
          {say.enrol}
        </Button>
        <Button kind="quiet" onClick={() => answerFactorPrompt(false)}>
          {words.ui.cancel}
        </Button>
      </div>
    </div>
  );
}
