import { useMemo } from 'react';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { AddButton, ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { ActPanel } from '../acts/act-panel.tsx';
import { isGovernance, readActKey } from '../acts/act-words.ts';
import { WaitingActs } from '../acts/waiting-acts.tsx';
import { AddPersonPanel } from './add-person-panel.tsx';
import { PEOPLE_COLUMNS, type PersonRow } from './people-columns.tsx';
import { PersonPanel } from './person-panel.tsx';
import { useFactors, useStaff } from './use-people.ts';

const say = words.people;
const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

export function People() {
  const me = useMe();
  const { open: openId } = useRoute();
  const query = useStaff();
  const factors = useFactors();
  const rows = useMemo(() => {
    const enrolled = new Set(factors.data?.map(({ staffId }) => staffId));
    return (query.data ?? []).map(
      (person): PersonRow => ({ ...person, isMe: person.id === me.staffId, enrolled: enrolled.has(person.id) }),
    );
  }, [query.data, factors.data, me.staffId]);
  const mayAdd = hasAnyRole(me, ['admin']);
  const opened = rows.find(({ id }) => id === openId);
  const actId = readActKey(openId);
  return (
    <ListScreen
      bar={
        <>
          <ListBar>
            <p className="min-w-0 flex-1 pl-2 text-xs text-soft">
              {mayAdd ? say.lead : `${say.lead} ${say.forbidden}`}
            </p>
            {mayAdd ? <AddButton onAdd={() => open('new')}>{say.add.open}</AddButton> : null}
          </ListBar>
          <div className="border-b border-line px-5 py-2 empty:hidden">
            <WaitingActs only={isGovernance} />
          </div>
        </>
      }
      label={say.label}
      list={{ query, rows }}
      columns={PEOPLE_COLUMNS}
      openId={openId}
      onOpen={open}
      empty={<Empty title={say.empty} next={say.emptyNext} />}
    >
      {openId === 'new' && mayAdd ? <AddPersonPanel onClose={close} /> : null}
      {actId === null ? null : <ActPanel key={actId} id={actId} onClose={close} />}
      {opened ? <PersonPanel key={opened.id} person={opened} onClose={close} /> : null}
    </ListScreen>
  );
}
