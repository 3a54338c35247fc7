import type { ImportProgress } from '../../../core/contract/index.ts';
import { useCommands } from '../../app/commands.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { abandonImport } from './import-steps.ts';
import { useFileDrop } from './use-file-drop.ts';
import { useImportProgress } from './use-imports.ts';

const say = words.imports.progress;

function textOf(progress: ImportProgress): string {
  const done = progress.done.toLocaleString();
  const total = progress.total?.toLocaleString() ?? '';
  switch (progress.step) {
    case 'waiting':
      return say.waiting;
    case 'reading':
      return say.reading(done);
    case 'asking':
      return say.asking(done, total);
    case 'checking':
      return say.checking(done, total);
    case 'writing':
      return say.writing(done, total);
  }
}

/** The engine works. It can be stopped at any time. */
export function ImportWorking({ fileName, importId }: { readonly fileName: string; readonly importId: string | null }) {
  useFileDrop(null);
  useCommands({ 'panel.close': () => void abandonImport() });
  return (
    <div id="list" tabIndex={-1} className="flex flex-1 flex-col items-center justify-center gap-4 p-8">
      <p className="max-w-full truncate text-base font-medium">{fileName}</p>
      {importId === null ? (
        <ProgressBar text={words.imports.opening(fileName)} progress={null} />
      ) : (
        <EngineProgress importId={importId} />
      )}
      <div className="flex items-center gap-3">
        <Button onClick={() => void abandonImport()}>
          {say.stop}
          <Key>Esc</Key>
        </Button>
        <span className="text-xs text-faint">{say.stopNote}</span>
      </div>
    </div>
  );
}

export function EngineProgress({ importId }: { readonly importId: string }) {
  const progress = useImportProgress(importId);
  return <ProgressBar text={progress ? textOf(progress) : say.waiting} progress={progress} />;
}

function ProgressBar({ text, progress }: { readonly text: string; readonly progress: ImportProgress | null }) {
  const known = progress !== null && progress.total !== null && progress.total > 0;
  return (
    <div className="flex w-80 max-w-full flex-col gap-1.5">
      {known ? (
        <progress
          aria-label={say.label}
          value={progress.done}
          max={progress.total ?? 1}
          className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-hover [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent-solid"
        />
      ) : (
        <progress
          aria-label={say.label}
          className="h-1.5 w-full animate-pulse appearance-none overflow-hidden rounded-full bg-line [&::-webkit-progress-bar]:bg-line"
        />
      )}
      <p role="status" className="tabular text-center text-soft">
        {text}
      </p>
    </div>
  );
}
