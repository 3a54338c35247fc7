import { type FormEvent, useState } from 'react';
import { useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote, GoodNote, Working } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { SecondFactorSection } from '../second-factor/second-factor-section.tsx';
import { useLastSignIn } from '../unlock/last-sign-in.tsx';
import { isUsable, NewPassphraseFields, NO_PASSPHRASE } from '../unlock/new-passphrase.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { useChangePassphrase } from './use-settings.ts';

const { you } = words.settings;

function ChangePassphrase() {
  const [old, setOld] = useState('');
  const [next, setNext] = useState(NO_PASSPHRASE);
  const change = useChangePassphrase();
  const ready = old !== '' && isUsable(next);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || change.isPending) return;
    change.mutate(
      { oldPassphrase: old, newPassphrase: next.passphrase },
      {
        onSuccess: () => {
          setOld('');
          setNext(NO_PASSPHRASE);
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-4">
      <p className="text-soft">{you.lead}</p>
      <TextField label={you.old} type="password" autoComplete="current-password" value={old} onText={setOld} required />
      <NewPassphraseFields value={next} onChange={setNext} label={you.next} againLabel={you.again} />
      {change.isError ? <ErrorNote error={change.error} /> : null}
      {change.isSuccess ? <GoodNote>{you.done}</GoodNote> : null}
      <div className="flex items-center gap-3">
        <Button kind="primary" type="submit" busy={change.isPending} disabled={!ready}>
          {you.submit}
        </Button>
        {change.isPending ? <Working>{you.working}</Working> : null}
      </div>
    </form>
  );
}

export function You() {
  const me = useMe();
  const last = useLastSignIn();
  return (
    <>
      <Facts>
        <Fact name={words.people.name}>{me.name}</Fact>
        <Fact name={words.people.roles}>{me.roles.map((role) => words.settings.roles[role]).join(', ')}</Fact>
        <Fact name={you.signedIn}>
          <Moment atMs={me.signedInAtMs} />
          {last ? <span className="block text-soft">{last.text}</span> : null}
        </Fact>
        <Fact name={you.key}>
          <FullAddress address={me.publicKey} />
        </Fact>
      </Facts>
      <SecondFactorSection />
      <SessionsSection />
      <Section title={you.title}>
        <ChangePassphrase />
      </Section>
    </>
  );
}
