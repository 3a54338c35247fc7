import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { AUDIT_COLUMNS } from './audit-columns.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { EntryPanel } from './entry-panel.tsx';
import { ProofButtons, ProofResults, useLogProofs } from './log-proofs.tsx';
import { auditFilterOf, useAuditLog } from './use-audit.ts';

const say = words.audit;
const open = (id: string) => go({ open: id });

export function AuditScreen() {
  const { open: openId, params } = useRoute();
  const filter = auditFilterOf(params);
  const list = useAuditLog(filter);
  const proofs = useLogProofs();
  const seesAll = hasAnyRole(useMe(), ['auditor', 'controller', 'admin']);
  const opened = list.rows.find(({ id }) => id === openId);
  const narrowed = Object.keys(filter).length > 0;
  return (
    <ListScreen
      bar={
        <>
          <ListBar>
            <AuditFilters filter={filter} />
            <ProofButtons proofs={proofs} seesAll={seesAll} />
          </ListBar>
          <ProofResults proofs={proofs} />
        </>
      }
      label={say.label}
      list={list}
      columns={AUDIT_COLUMNS}
      openId={openId}
      onOpen={open}
      // A rare text is looked for over several pages, some of them empty.
      loading={list.rows.length === 0 && list.loadMore !== undefined}
      empty={
        narrowed ? (
          <Empty title={say.noneMatch} next={say.noneMatchNext}>
            <Button onClick={() => go({ params: {} })}>{say.filters.clear}</Button>
          </Empty>
        ) : (
          <Empty title={say.empty} next={seesAll ? say.emptyNext : say.emptyNextOwn} />
        )
      }
    >
      {opened ? <EntryPanel entry={opened} /> : null}
    </ListScreen>
  );
}
