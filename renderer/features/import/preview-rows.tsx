import { Tabs } from 'radix-ui';
import { useState } from 'react';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { ListPane } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { TabList } from '../../ui/tab-list.tsx';
import type { ImportStage } from './import-stage.ts';
import { correctCells } from './import-steps.ts';
import { PreviewSummary } from './preview-summary.tsx';
import { ROW_COLUMNS } from './row-columns.tsx';
import { RowPanel } from './row-panel.tsx';
import { useFileDrop } from './use-file-drop.ts';
import { type Shown, useImportRows } from './use-imports.ts';

const say = words.imports.preview;
const SHOWN = ['problems', 'warnings', 'all'] as const;
const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

const EMPTY: Record<Shown, { readonly title: string; readonly next: string }> = {
  problems: { title: say.noProblems, next: say.noProblemsNext },
  warnings: { title: say.noWarnings, next: say.noWarningsNext },
  all: { title: say.noRows, next: '' },
};

interface Props {
  readonly stage: Extract<ImportStage, { at: 'preview' }>;
}

/** Every row as it was judged, beside what would be written. */
export function PreviewRows({ stage }: Props) {
  const { preview } = stage;
  const { open: openId } = useRoute();
  const [shown, setShown] = useState<Shown>(() =>
    preview.bad > 0 ? 'problems' : preview.warned > 0 ? 'warnings' : 'all',
  );
  const list = useImportRows(preview.importId, shown);
  const { query, rows } = list;
  // Typing goes on in the next row once one has been put right; otherwise `j` and `k` move on.
  const [fixing, setFixing] = useState(false);
  const openRow = (id: string) => {
    setFixing(false);
    open(id);
  };
  useFileDrop(null);
  const at = rows.findIndex(({ id }) => id === openId);
  const opened = rows[at];
  const counts: Record<Shown, number> = { problems: preview.bad, warnings: preview.warned, all: preview.rows };
  // A row that is fine now leaves the list of problems; the one after it comes next.
  const afterSaving = async () => {
    const next = rows[at + 1] ?? rows[at - 1];
    const { data } = await query.refetch();
    const stays = data?.pages.some(({ items }) => items.some(({ line }) => String(line) === openId)) ?? false;
    setFixing(true);
    if (!stays) go({ open: next?.id ?? null }, { replace: true });
  };
  return (
    <>
      <Tabs.Root
        value={shown}
        onValueChange={(value) => {
          setShown(SHOWN.find((name) => name === value) ?? 'all');
          close();
        }}
        className="flex min-w-0 flex-1 flex-col"
      >
        <TabList
          label={say.tabsLabel}
          tabs={SHOWN.map((value) => ({ value, label: say.tabs[value](counts[value].toLocaleString()) }))}
        />
        <Tabs.Content value={shown} className="flex min-h-0 flex-1 flex-col">
          <ListPane
            label={say.rows}
            list={list}
            columns={ROW_COLUMNS}
            openId={openId}
            onOpen={openRow}
            empty={<Empty title={EMPTY[shown].title} next={EMPTY[shown].next} />}
          />
        </Tabs.Content>
      </Tabs.Root>
      {opened ? (
        <RowPanel
          key={opened.id}
          row={opened}
          mapping={preview.mapping}
          focusProblem={fixing}
          busy={stage.correcting}
          importId={preview.importId}
          error={stage.error}
          onClose={close}
          onSave={(cells) => void correctCells(stage, cells).then(afterSaving)}
        />
      ) : (
        <PreviewSummary stage={stage} />
      )}
    </>
  );
}
