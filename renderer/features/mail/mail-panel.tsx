import type { Mail } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { MailStatus } from './mail-screen.tsx';
import { useSendAgain } from './use-mail.ts';

const say = words.mails;

export function MailPanel({ mail, onClose }: { readonly mail: Mail; readonly onClose: () => void }) {
  const again = useSendAgain();
  const mayAgain = hasAnyRole(useMe(), ['admin', 'controller']) && mail.status === 'failed';
  return (
    <Panel
      of={mail.id}
      label={say.label}
      onClose={onClose}
      title={
        <>
          <h2 className="text-base font-semibold break-words">{mail.subject}</h2>
          <MailStatus mail={mail} />
        </>
      }
      footer={
        mayAgain ? (
          <div className="flex items-center gap-3">
            <Button kind="primary" busy={again.isPending} onClick={() => again.mutate({ id: mail.id })}>
              {say.sendAgain}
            </Button>
            <span className="text-xs text-soft">{say.sendAgainNote}</span>
          </div>
        ) : null
      }
    >
      {again.isError ? <ErrorNote error={again.error} /> : null}
      <Facts>
        <Fact name={say.to}>{mail.to}</Fact>
        <Fact name={say.kind}>{say.kinds[mail.kind]}</Fact>
        {mail.about === null ? null : <Fact name={say.about}>{mail.about}</Fact>}
        <Fact name={say.created}>
          <Moment atMs={mail.createdAtMs} />
        </Fact>
        {mail.sentAtMs === null ? null : (
          <Fact name={say.sent}>
            <Moment atMs={mail.sentAtMs} />
          </Fact>
        )}
        {mail.nextTryAtMs === null ? null : (
          <Fact name={say.nextTry}>
            <Moment atMs={mail.nextTryAtMs} />
          </Fact>
        )}
        <Fact name={say.attempts}>
          <span className="tabular">{mail.attempts}</span>
        </Fact>
        {mail.answer === null ? null : (
          <Fact name={say.answer}>
            <span className="font-mono text-xs">{mail.answer}</span>
          </Fact>
        )}
      </Facts>
    </Panel>
  );
}
