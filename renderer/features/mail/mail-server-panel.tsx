import { type FormEvent, useState } from 'react';
import { type MailSettings, REMITTANCE_LANGUAGES, REMITTANCE_WAYS } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, GoodNote, LoadingLines } from '../../ui/states.tsx';
import { useConfigureMail, useMailSettings, useTestMail } from './use-mail.ts';

const say = words.mails.server;
const SECURITIES = ['starttls', 'tls', 'none'] as const;
const PORTS = { starttls: '587', tls: '465', none: '25' };
const NO_SERVER = { host: '', port: '587', security: 'starttls', user: '', from: '', fromName: '' } as const;

interface Props {
  readonly mayChange: boolean;
  readonly onClose: () => void;
}

export function MailServerPanel({ mayChange, onClose }: Props) {
  const { data, isPending, error, refetch } = useMailSettings();
  return (
    <Panel
      of="mail server"
      label={say.title}
      onClose={onClose}
      title={<h2 className="text-base font-semibold">{say.title}</h2>}
    >
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data ? <ServerForm kept={data} mayChange={mayChange} /> : null}
      {data?.server && mayChange ? <TestMessage /> : null}
    </Panel>
  );
}

function typedOf({ server, remittance }: MailSettings) {
  const typed = server
    ? { ...server, port: String(server.port), user: server.user ?? '' }
    : { ...NO_SERVER, security: NO_SERVER.security as (typeof SECURITIES)[number] };
  return {
    ...typed,
    password: '',
    way: remittance.way,
    language: remittance.language,
    replyTo: remittance.replyTo ?? '',
  };
}

function ServerForm({ kept, mayChange }: { readonly kept: MailSettings; readonly mayChange: boolean }) {
  const [typed, setTyped] = useState(() => typedOf(kept));
  const save = useConfigureMail();
  const set = (part: Partial<typeof typed>) => {
    save.reset();
    setTyped({ ...typed, ...part });
  };
  const port = /^\d{1,5}$/.test(typed.port) ? Number(typed.port) : 0;
  const ready = typed.host.trim() !== '' && port > 0 && typed.from.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || save.isPending) return;
    const { host, security, user, from, fromName, way, language, replyTo, password } = typed;
    save.mutate(
      {
        server: { host: host.trim(), port, security, user: user.trim() || null, from: from.trim(), fromName },
        ...(password === '' ? {} : { password }),
        remittance: { way, language, replyTo: replyTo.trim() || null },
      },
      { onSuccess: () => setTyped({ ...typed, password: '' }) },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {kept.server === null ? <p className="text-soft">{mayChange ? say.none : `${say.none} ${say.noneFor}`}</p> : null}
      {kept.fromEnvironment.length > 0 ? (
        <p className="text-soft">{say.environment(kept.fromEnvironment.join(', '))}</p>
      ) : null}
      <fieldset disabled={!mayChange} className="flex flex-col gap-4">
        <div className="grid grid-cols-[minmax(0,1fr)_5.5rem] gap-3">
          <TextField label={say.host} value={typed.host} onText={(host) => set({ host })} maxLength={253} />
          <TextField
            label={say.port}
            value={typed.port}
            onText={(text) => set({ port: text })}
            inputMode="numeric"
            maxLength={5}
            className="tabular"
          />
        </div>
        <SelectField
          label={say.security}
          value={typed.security}
          onText={(text) => {
            const security = SECURITIES.find((one) => one === text) ?? typed.security;
            set({ security, ...(Object.values(PORTS).includes(typed.port) ? { port: PORTS[security] } : {}) });
          }}
          choices={SECURITIES.map((value) => ({ value, label: say.securities[value] }))}
        />
        <div className="grid grid-cols-2 gap-3">
          <TextField label={say.user} optional value={typed.user} onText={(user) => set({ user })} maxLength={200} />
          <TextField
            label={say.password}
            type="password"
            autoComplete="new-password"
            hint={kept.passwordSet ? say.passwordKept : say.passwordHint}
            value={typed.password}
            onText={(password) => set({ password })}
            maxLength={500}
          />
          <TextField
            label={say.from}
            type="email"
            value={typed.from}
            onText={(from) => set({ from })}
            maxLength={254}
          />
          <TextField
            label={say.fromName}
            value={typed.fromName}
            onText={(fromName) => set({ fromName })}
            maxLength={100}
          />
        </div>
        <div className="flex flex-col gap-3 border-t border-line pt-4">
          <SelectField
            label={say.remittance}
            hint={say.remittanceNote}
            value={typed.way}
            onText={(text) => set({ way: REMITTANCE_WAYS.find((one) => one === text) ?? typed.way })}
            choices={REMITTANCE_WAYS.map((value) => ({ value, label: say.ways[value] }))}
          />
          {typed.way === 'off' ? null : (
            <div className="grid grid-cols-2 gap-3">
              <SelectField
                label={say.language}
                value={typed.language}
                onText={(text) => set({ language: REMITTANCE_LANGUAGES.find((one) => one === text) ?? typed.language })}
                choices={REMITTANCE_LANGUAGES.map((value) => ({ value, label: say.languages[value] }))}
              />
              <TextField
                label={say.replyTo}
                type="email"
                hint={say.replyToHint}
                optional
                value={typed.replyTo}
                onText={(replyTo) => set({ replyTo })}
                maxLength={254}
              />
            </div>
          )}
        </div>
      </fieldset>
      {save.isError ? <ErrorNote error={save.error} /> : null}
      {save.isSuccess ? <GoodNote>{say.saved}</GoodNote> : null}
      {mayChange ? (
        <div className="flex items-center gap-3">
          <Button kind="primary" type="submit" busy={save.isPending} disabled={!ready}>
            {say.submit}
          </Button>
          {ready ? null : <span className="text-xs text-soft">{say.bad}</span>}
        </div>
      ) : null}
    </form>
  );
}

function TestMessage() {
  const test = words.mails.test;
  const [to, setTo] = useState('');
  const send = useTestMail();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to.trim() !== '' && !send.isPending) send.mutate({ to: to.trim() });
  };
  return (
    <Section title={test.title}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField label={test.to} type="email" hint={test.unsaved} value={to} onText={setTo} maxLength={254} />
        {send.isError ? <ErrorNote error={send.error} /> : null}
        {send.data?.accepted ? <GoodNote>{test.accepted(send.data.answer)}</GoodNote> : null}
        {send.data && !send.data.accepted ? (
          <p role="alert" className="rounded-md bg-red-wash px-3 py-2.5 text-sm break-words">
            {test.refused(send.data.answer)}
          </p>
        ) : null}
        <div>
          <Button type="submit" busy={send.isPending} disabled={to.trim() === ''}>
            {test.submit}
          </Button>
        </div>
      </form>
    </Section>
  );
}
