import { go, hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Moment } from '../../ui/time.tsx';
import { sayAction } from './actions.ts';
import { ChangedFields, changesOf } from './changed-fields.tsx';
import { placeOfSubject } from './subject-place.ts';
import type { AuditRow } from './use-audit.ts';

const say = words.audit;
const LINK = 'text-accent hover:underline';

export function EntryPanel({ entry }: { readonly entry: AuditRow }) {
  const { details } = entry;
  const changes = changesOf(details);
  const place = placeOfSubject(entry.subject);
  return (
    <Panel
      of={entry.id}
      label={say.panel}
      title={<h2 className="text-base font-semibold">{sayAction(entry.action, details)}</h2>}
      onClose={() => go({ open: null })}
    >
      <Facts>
        <Fact name={say.seq}>{entry.seq}</Fact>
        <Fact name={say.when}>
          <Moment atMs={entry.atMs} />
        </Fact>
        <Fact name={say.who}>
          <a href={hrefOf('audit', null, { actor: entry.actor })} className={LINK}>
            {entry.actorName}
          </a>
        </Fact>
        <Fact name={say.role}>{entry.role}</Fact>
        <Fact name={say.outcomeLabel}>
          <span className={entry.outcome === 'refused' ? 'text-red' : ''}>{say.outcome[entry.outcome]}</span>
        </Fact>
        {typeof details.reason === 'string' ? <Fact name={say.said}>“{details.reason}”</Fact> : null}
        <Fact name={say.action}>
          <span className="font-mono text-xs">{entry.action}</span>
        </Fact>
        <Fact name={say.subject}>
          <a
            href={place ?? hrefOf('audit', null, { subject: entry.subject })}
            className={`font-mono text-xs break-all ${LINK}`}
          >
            {entry.subject}
          </a>
          {place ? (
            <a href={hrefOf('audit', null, { subject: entry.subject })} className={`block text-xs ${LINK}`}>
              {say.itsEntries}
            </a>
          ) : null}
        </Fact>
      </Facts>
      {changes ? (
        <Section title={say.changed}>
          {changes.length === 0 ? (
            <p className="text-soft">{say.nothingChanged}</p>
          ) : (
            <ChangedFields changes={changes} />
          )}
        </Section>
      ) : null}
      <Section title={say.whence}>
        <Whence entry={entry} />
      </Section>
      <Section title={say.details}>
        {Object.keys(details).length === 0 ? (
          <p className="text-soft">{say.noDetails}</p>
        ) : (
          <pre className="overflow-x-auto rounded-md bg-hover p-3 font-mono text-xs break-all whitespace-pre-wrap">
            {JSON.stringify(details, null, 2)}
          </pre>
        )}
      </Section>
      <Section title={say.hash} action={<CopyButton text={entry.hash} />}>
        <p className="font-mono text-xs break-all text-soft">{entry.hash}</p>
      </Section>
    </Panel>
  );
}

function Whence({ entry }: { readonly entry: AuditRow }) {
  const { host, ip, userAgent, correlationId } = entry;
  if (host === null && ip === null && userAgent === null && correlationId === null) {
    return <p className="text-soft">{say.whenceUnknown}</p>;
  }
  return (
    <Facts>
      {host === null ? null : <Fact name={say.host}>{host}</Fact>}
      {ip === null ? null : <Fact name={say.ip}>{ip}</Fact>}
      {userAgent === null ? null : <Fact name={say.userAgent}>{userAgent}</Fact>}
      {correlationId === null ? null : (
        <Fact name={say.correlationId}>
          <span className="font-mono text-xs break-all">{correlationId}</span>
        </Fact>
      )}
    </Facts>
  );
}
