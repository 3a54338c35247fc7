import { useRef } from 'react';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { ImportHistory } from './import-history.tsx';
import { openFiles } from './import-steps.ts';
import { useFileDrop } from './use-file-drop.ts';

const say = words.imports;

/** A file is chosen or dropped; beneath, what was imported before. */
export function ChooseFile({ error }: { readonly error: unknown }) {
  const me = useMe();
  const mayImport = hasAnyRole(me, ['operator']);
  return (
    <ImportHistory
      above={
        mayImport ? (
          <div className="flex flex-col gap-3 px-5 py-4">
            <DropZone />
            {error ? <ErrorNote error={error} /> : null}
          </div>
        ) : (
          <p className="px-5 py-4 text-soft">{say.forbidden}</p>
        )
      }
    />
  );
}

function DropZone() {
  const input = useRef<HTMLInputElement>(null);
  const over = useFileDrop(openFiles);
  useCommands({ new: () => input.current?.click() });
  return (
    <div
      className={`flex flex-col items-center gap-2 rounded-lg border border-dashed px-6 py-6 text-center ${over ? 'border-accent bg-chosen' : 'border-line-strong'}`}
    >
      <Icon name="import" className="size-6 text-faint" />
      <p className="text-base font-medium">{over ? say.dropNow : say.drop}</p>
      <p className="max-w-xl text-soft">{say.dropNote}</p>
      <input
        ref={input}
        type="file"
        aria-label={say.choose}
        accept=".csv,.tsv,.txt,.xlsx"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          openFiles([...(event.target.files ?? [])]);
          // The same file can be chosen again after it was put right.
          event.target.value = '';
        }}
      />
      <Button kind="primary" onClick={() => input.current?.click()}>
        {say.choose}
        <Key>n</Key>
      </Button>
    </div>
  );
}
