import { type FormEvent, useState } from 'react';
import {
  NOTIFICATION_TOPICS,
  type NotificationPreferences,
  type NotificationTopic,
  type ShownPreferences,
} from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { CheckField, TextField } from '../../ui/field.tsx';
import { ErrorNote, GoodNote, LoadingLines } from '../../ui/states.tsx';
import { BrowserPermission } from './browser-permission.tsx';
import { EmailConfirmation } from './email-confirmation.tsx';
import { minuteOf, timeOf } from './time-of-day.ts';
import { emailGiven, useNoticePreferences, useSetNoticePreferences } from './use-notifications.ts';

const say = words.noticeSettings;
const MAIL = ['off', 'soon', 'digest'] as const;
const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/;

/** How the one who sits here wishes to be told. */
export function NoticePreferencesSection() {
  const { data, isPending, error, refetch } = useNoticePreferences();
  return (
    <>
      {isPending ? <LoadingLines lines={8} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data ? <PreferencesForm kept={data} /> : null}
    </>
  );
}

/** Nobody has chosen yet: the zone of this desk is a better guess than none. */
const firstZone = (kept: NotificationPreferences) =>
  kept.email === null && kept.timeZone === 'UTC' ? Intl.DateTimeFormat().resolvedOptions().timeZone : kept.timeZone;

const isZone = (zone: string) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC';

function PreferencesForm({ kept }: { readonly kept: ShownPreferences }) {
  const [wished, setWished] = useState((): NotificationPreferences => {
    const { emailAsked: _, ...preferences } = kept;
    return { ...preferences, timeZone: firstZone(kept) };
  });
  const [email, setEmail] = useState(emailGiven(kept) ?? '');
  const save = useSetNoticePreferences(kept);
  const change = (part: Partial<NotificationPreferences>) => {
    save.reset();
    setWished({ ...wished, ...part });
  };
  const emailBad = email.trim() !== '' && !EMAIL.test(email.trim());
  const zoneBad = !isZone(wished.timeZone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (emailBad || zoneBad || save.isPending) return;
    save.mutate({ ...wished, email: email.trim() === '' ? null : email.trim() });
  };
  return (
    <div className="flex flex-col gap-8">
      <EmailConfirmation kept={kept} onSettled={setEmail} />
      <form onSubmit={submit} className="flex flex-col gap-8">
        <Section title={say.ways}>
          <p className="text-soft">{say.lead}</p>
          <div className="grid max-w-md grid-cols-2 gap-4 pt-2">
            <TextField
              label={say.email}
              type="email"
              hint={say.emailHint}
              problem={emailBad ? say.emailBad : null}
              value={email}
              onText={(text) => {
                save.reset();
                setEmail(text);
              }}
              maxLength={254}
            />
            <TextField
              label={say.zone}
              problem={zoneBad ? say.zoneBad : null}
              value={wished.timeZone}
              onText={(timeZone) => change({ timeZone })}
              maxLength={60}
            />
          </div>
          <Topics wished={wished} onChange={(topics) => change({ topics })} />
        </Section>
        <Section title={say.quiet}>
          <Quiet wished={wished} onChange={change} />
        </Section>
        <Section title={say.desktopTitle}>
          <CheckField
            label={say.amounts}
            note={say.amountsNote}
            checked={wished.amountsOnDesktop}
            onCheck={(amountsOnDesktop) => change({ amountsOnDesktop })}
          />
          <BrowserPermission />
        </Section>
        {save.isError ? <ErrorNote error={save.error} /> : null}
        {save.isSuccess ? <GoodNote>{say.saved}</GoodNote> : null}
        <div>
          <Button kind="primary" type="submit" busy={save.isPending} disabled={emailBad || zoneBad}>
            {say.submit}
          </Button>
        </div>
      </form>
    </div>
  );
}

interface TopicsProps {
  readonly wished: NotificationPreferences;
  readonly onChange: (topics: NotificationPreferences['topics']) => void;
}

function Topics({ wished: { topics }, onChange }: TopicsProps) {
  const set = (topic: NotificationTopic, part: Partial<NotificationPreferences['topics'][NotificationTopic]>) =>
    onChange({ ...topics, [topic]: { ...topics[topic], ...part } });
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="border-b border-line text-left text-xs text-soft">
          <th className="py-1.5 font-medium">{words.notices.topicLabel}</th>
          <th className="w-28 py-1.5 font-medium">{say.desktop}</th>
          <th className="w-36 py-1.5 font-medium">{say.mail}</th>
        </tr>
      </thead>
      <tbody>
        {NOTIFICATION_TOPICS.map((topic) => {
          const name = words.notices.topics[topic];
          return (
            <tr key={topic} className="border-b border-line last:border-0">
              <td className="py-2">
                {name}
                <span className="block text-xs text-soft">{say.topicNotes[topic]}</span>
              </td>
              <td className="py-2">
                <input
                  type="checkbox"
                  aria-label={`${name}: ${say.desktop}`}
                  checked={topics[topic].desktop}
                  onChange={(event) => set(topic, { desktop: event.target.checked })}
                  className="size-4 accent-accent-solid"
                />
              </td>
              <td className="py-2">
                <select
                  aria-label={`${name}: ${say.mail}`}
                  value={topics[topic].mail}
                  onChange={(event) => set(topic, { mail: MAIL.find((way) => way === event.target.value) ?? 'off' })}
                  className="h-8 w-full rounded-md border border-line-strong/60 bg-raised px-2 text-sm hover:border-line-strong"
                >
                  {MAIL.map((way) => (
                    <option key={way} value={way}>
                      {say.mails[way]}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface QuietProps {
  readonly wished: NotificationPreferences;
  readonly onChange: (part: Partial<NotificationPreferences>) => void;
}

const AT_NIGHT = { fromMinute: 20 * 60, toMinute: 7 * 60, urgentComesThrough: true };

function Quiet({ wished: { quiet, digestMinute }, onChange }: QuietProps) {
  const time = (label: string, minute: number, set: (minute: number) => void) => (
    <TextField
      label={label}
      type="time"
      value={timeOf(minute)}
      onText={(text) => {
        const typed = minuteOf(text);
        if (typed !== null) set(typed);
      }}
      className="tabular"
    />
  );
  return (
    <div className="flex flex-col gap-4">
      <p className="text-soft">{say.quietLead}</p>
      <CheckField
        label={say.quietOn}
        checked={quiet !== null}
        onCheck={(on) => onChange({ quiet: on ? AT_NIGHT : null })}
      />
      {quiet ? (
        <>
          <div className="grid max-w-md grid-cols-2 gap-4 pt-2">
            {time(say.from, quiet.fromMinute, (fromMinute) => onChange({ quiet: { ...quiet, fromMinute } }))}
            {time(say.to, quiet.toMinute, (toMinute) => onChange({ quiet: { ...quiet, toMinute } }))}
          </div>
          <CheckField
            label={say.urgentThrough}
            checked={quiet.urgentComesThrough}
            onCheck={(urgentComesThrough) => onChange({ quiet: { ...quiet, urgentComesThrough } })}
          />
        </>
      ) : null}
      <div className="grid max-w-md grid-cols-2 gap-4 pt-2">
        {time(say.digest, digestMinute, (minute) => onChange({ digestMinute: minute }))}
      </div>
    </div>
  );
}
