import { useState } from 'react';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { Moment } from '../../ui/time.tsx';
import { rolesText } from '../acts/governance-facts.tsx';
import type { ActSigned } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import { useWaitingActs } from '../acts/use-acts.ts';
import { WaitingAct } from '../acts/waiting-act.tsx';
import { GrantHistory } from './grant-history.tsx';
import type { PersonRow } from './people-columns.tsx';
import { PersonTask, type PersonTaskName } from './person-tasks.tsx';
import { useAccessListing } from './use-people.ts';

const say = words.people;

export function PersonPanel({ person, onClose }: { readonly person: PersonRow; readonly onClose: () => void }) {
  const mayChange = hasAnyRole(useMe(), ['admin']) && person.status === 'active';
  const [task, setTask] = useState<PersonTaskName | null>(null);
  const [signed, setSigned] = useState<ActSigned | null>(null);
  const done = () => setTask(null);
  return (
    <Panel
      of={`${person.id} ${task}`}
      label={say.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="truncate text-base font-semibold">{person.name}</h2>
          <p className="truncate text-soft">{rolesText(person.roles)}</p>
        </>
      }
    >
      {task ? (
        <PanelTask title={say.tasks[task].title} onCancel={done}>
          <PersonTask
            task={task}
            person={person}
            onCancel={done}
            onSigned={(act) => {
              setSigned(act);
              done();
            }}
          />
        </PanelTask>
      ) : (
        <>
          <SignedNote signed={signed} />
          <WaitingFor id={person.id} onSigned={setSigned} />
          {mayChange ? <Tasks person={person} onTask={setTask} /> : null}
          <PersonFacts person={person} />
          <History id={person.id} />
        </>
      )}
    </Panel>
  );
}

/** Acts about this person that wait for somebody. */
function WaitingFor({ id, onSigned }: { readonly id: string; readonly onSigned: (signed: ActSigned) => void }) {
  const { data = [] } = useWaitingActs();
  const mine = data.filter(({ terms }) => 'staffId' in terms && terms.staffId === id);
  return mine.length === 0 ? null : (
    <Section title={words.acts.waiting}>
      {mine.map((act) => (
        <WaitingAct key={act.id} act={act} onSigned={onSigned} />
      ))}
    </Section>
  );
}

function Tasks({ person, onTask }: { readonly person: PersonRow; readonly onTask: (task: PersonTaskName) => void }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => onTask('roles')}>{say.tasks.roles.title}</Button>
      <Button onClick={() => onTask('key')}>{say.tasks.key.title}</Button>
      {person.enrolled ? <Button onClick={() => onTask('factor')}>{say.tasks.factor.title}</Button> : null}
      <Button kind="danger" onClick={() => onTask('leave')}>
        {say.tasks.leave.title}
      </Button>
    </div>
  );
}

function PersonFacts({ person }: { readonly person: PersonRow }) {
  return (
    <Facts>
      <Fact name={words.columns.status}>{say.status[person.status]}</Fact>
      <Fact name={say.roles}>{rolesText(person.roles)}</Fact>
      <Fact name={say.groups}>{person.groups.length === 0 ? say.noGroups : person.groups.join(', ')}</Fact>
      {person.status === 'active' ? (
        <Fact name={say.factor}>{person.enrolled ? say.enrolled : say.notEnrolled}</Fact>
      ) : null}
      <Fact name={say.since}>
        <Moment atMs={person.createdAtMs} />
      </Fact>
      <Fact name={say.key}>
        <FullAddress address={person.publicKey} />
      </Fact>
      <Fact name={words.places.audit}>
        <a href={hrefOf('audit', null, { actor: person.id })} className="text-accent hover:underline">
          {say.whatTheyDid}
        </a>
      </Fact>
    </Facts>
  );
}

/** When each role, group and key was given, and by whom; for whoever reads everybody's access. */
function History({ id }: { readonly id: string }) {
  const person = useAccessListing().data?.people.find((known) => known.id === id);
  return person ? (
    <Section title={say.history}>
      <GrantHistory grants={person.grants} />
    </Section>
  ) : null;
}
