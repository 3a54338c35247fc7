/** In the header, beside the place: the views of the queue this person has kept. */

import { DropdownMenu, Popover } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import type { SavedView } from '../../../core/contract/index.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { MENU, MENU_ITEM } from '../../ui/menu.ts';
import { ErrorNote } from '../../ui/states.tsx';
import { askedOf, paramsOf } from './use-queue.ts';
import { useDeleteView, useRenameView, useSavedViews, useSaveView } from './use-views.ts';

const say = words.views;

type Naming = { readonly what: 'new' } | { readonly what: 'rename'; readonly view: SavedView };

/** The same filters and order, whatever order they were written in. */
function addressOf(params: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function useCurrentView(views: readonly SavedView[]): SavedView | undefined {
  const { params } = useRoute();
  const here = addressOf(paramsOf(askedOf(params)));
  return views.find(({ filter, order }) => addressOf(paramsOf({ ...filter, ...order })) === here);
}

export function SavedViews() {
  const { params } = useRoute();
  const { data: views = [] } = useSavedViews();
  const current = useCurrentView(views);
  const remove = useDeleteView();
  const [naming, setNaming] = useState<Naming | null>(null);
  const isStandard = Object.keys(paramsOf(askedOf(params))).length === 0;
  const shown = current?.name ?? (isStandard ? say.standard : say.other);
  return (
    <Popover.Root open={naming !== null} onOpenChange={(open) => !open && setNaming(null)}>
      <DropdownMenu.Root modal={false}>
        <Popover.Anchor asChild>
          <DropdownMenu.Trigger
            aria-label={say.of(shown)}
            className="inline-flex h-7 max-w-48 items-center gap-1.5 rounded-md px-2 text-sm text-soft hover:bg-hover hover:text-ink"
          >
            <span className="truncate">{shown}</span>
            <Icon name="down" className="size-3" />
          </DropdownMenu.Trigger>
        </Popover.Anchor>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="start" sideOffset={4} className={MENU}>
            <DropdownMenu.Item className={MENU_ITEM} onSelect={() => go({ open: null, params: {} })}>
              {say.standard}
            </DropdownMenu.Item>
            {views.map((view) => (
              <DropdownMenu.Item
                key={view.id}
                className={MENU_ITEM}
                onSelect={() => go({ open: null, params: paramsOf({ ...view.filter, ...view.order }) })}
              >
                <span className="truncate">{view.name}</span>
                {view.id === current?.id ? <Icon name="check" /> : null}
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Separator className="my-1 h-px bg-line" />
            {current ? (
              <>
                <DropdownMenu.Item className={MENU_ITEM} onSelect={() => setNaming({ what: 'rename', view: current })}>
                  {say.rename}
                </DropdownMenu.Item>
                <DropdownMenu.Item className={MENU_ITEM} onSelect={() => remove.mutate({ id: current.id })}>
                  {say.delete}
                </DropdownMenu.Item>
              </>
            ) : (
              <DropdownMenu.Item
                className={MENU_ITEM}
                disabled={isStandard}
                onSelect={() => setNaming({ what: 'new' })}
              >
                {say.save}
              </DropdownMenu.Item>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          className="z-30 w-72 rounded-lg border border-line bg-raised p-3 shadow-float outline-none"
        >
          {naming ? <NameView naming={naming} onDone={() => setNaming(null)} /> : null}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function NameView({ naming, onDone }: { readonly naming: Naming; readonly onDone: () => void }) {
  const { params } = useRoute();
  const [name, setName] = useState(naming.what === 'rename' ? naming.view.name : '');
  const save = useSaveView();
  const rename = useRenameView();
  const busy = save.isPending || rename.isPending;
  const error = save.error ?? rename.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '' || busy) return;
    if (naming.what === 'rename') {
      rename.mutate({ id: naming.view.id, name: name.trim() }, { onSuccess: onDone });
      return;
    }
    const { sort, order, ...filter } = askedOf(params);
    const ordered = { ...(sort ? { sort } : {}), ...(order ? { order } : {}) };
    save.mutate({ name: name.trim(), filter, order: ordered }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <TextField label={say.name} value={name} onText={setName} maxLength={60} required autoFocus />
      {error ? <ErrorNote error={error} /> : null}
      <div>
        <Button kind="primary" type="submit" busy={busy} disabled={name.trim() === ''}>
          {say.submit}
        </Button>
      </div>
    </form>
  );
}
