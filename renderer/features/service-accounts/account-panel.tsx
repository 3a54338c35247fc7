import { useState } from 'react';
import type { ServiceAccount, ServiceAccountChange } from '../../../core/contract/index.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { Moment } from '../../ui/time.tsx';
import { rolesText } from '../acts/governance-facts.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import { CREDITS } from '../campaigns/use-campaigns.ts';
import { AccountForm } from './account-form.tsx';

const say = words.services;
const ROLES = ['operator', 'controller', 'auditor'] as const;

interface Props {
  readonly account: ServiceAccount;
  readonly mayChange: boolean;
  readonly onClose: () => void;
}

export function AccountPanel({ account, mayChange, onClose }: Props) {
  const [task, setTask] = useState<'change' | 'retire' | null>(null);
  const [signed, setSigned] = useState<ActSigned | null>(null);
  return (
    <Panel
      of={`${account.subject} ${task}`}
      label={say.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="truncate text-base font-semibold">{account.name}</h2>
          <p className="truncate font-mono text-xs text-soft">{account.subject}</p>
        </>
      }
    >
      {task ? (
        <PanelTask title={say[task]} onCancel={() => setTask(null)}>
          <ChangeAccount
            task={task}
            account={account}
            onCancel={() => setTask(null)}
            onSigned={(act) => {
              setSigned(act);
              setTask(null);
            }}
          />
        </PanelTask>
      ) : (
        <>
          <SignedNote signed={signed} />
          {mayChange && account.status === 'active' ? (
            <div className="flex gap-2">
              <Button onClick={() => setTask('change')}>{say.change}</Button>
              <Button kind="danger" onClick={() => setTask('retire')}>
                {say.retire}
              </Button>
            </div>
          ) : null}
          <AccountFacts account={account} />
        </>
      )}
    </Panel>
  );
}

interface ChangeProps {
  readonly task: 'change' | 'retire';
  readonly account: ServiceAccount;
  readonly onSigned: (signed: ActSigned) => void;
  readonly onCancel: () => void;
}

function ChangeAccount({ task, account, onSigned, onCancel }: ChangeProps) {
  const [change, setChange] = useState<ServiceAccountChange | null>(null);
  const { subject, name, version, mintCapMinor } = account;
  if (change) {
    return <SignAct terms={{ kind: 'service_account', change }} onSigned={onSigned} onCancel={() => setChange(null)} />;
  }
  if (task === 'change') {
    const roles = ROLES.filter((role) => account.roles.includes(role));
    return (
      <AccountForm
        start={{ subject, name, roles, mintCapMinor }}
        version={version}
        onTerms={setChange}
        onCancel={onCancel}
      />
    );
  }
  return (
    <ReasonForm
      consequence={words.acts.governance.follows.service_account.retire}
      submit={words.people.review}
      kind="primary"
      busy={false}
      error={null}
      onSubmit={(reason) => setChange({ what: 'retire', subject, version, reason })}
      onCancel={onCancel}
    />
  );
}

function AccountFacts({ account }: { readonly account: ServiceAccount }) {
  return (
    <Facts>
      <Fact name={words.columns.status}>{say.status[account.status]}</Fact>
      <Fact name={say.roles}>{rolesText(account.roles)}</Fact>
      <Fact name={say.mintCap}>
        {account.mintCapMinor === null ? (
          say.mintsNothing
        ) : (
          <Amount minor={account.mintCapMinor} scale={CREDITS.scale} code={CREDITS.code} />
        )}
      </Fact>
      <Fact name={say.since}>
        <Moment atMs={account.sinceMs} />
      </Fact>
      <Fact name={say.lastSeen}>
        {account.lastSeenAtMs === null ? say.never : <Moment atMs={account.lastSeenAtMs} />}
      </Fact>
      <Fact name={words.places.audit}>
        <a href={hrefOf('audit', null, { actor: account.subject })} className="text-accent hover:underline">
          {words.people.whatTheyDid}
        </a>
      </Fact>
    </Facts>
  );
}
