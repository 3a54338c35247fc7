import type { ImportDone } from '../../../core/contract/index.ts';
import { useCommands } from '../../app/commands.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { GoodNote } from '../../ui/states.tsx';
import { abandonImport, openFiles } from './import-steps.ts';
import { ImportTotals } from './import-totals.tsx';
import { useFileDrop } from './use-file-drop.ts';

const say = words.imports.done;
const LINK = 'inline-flex h-8 items-center rounded-md border border-line bg-raised px-3 font-medium hover:bg-hover';

/** What was written, and where it goes on from here. */
export function ImportResult({ fileName, done }: { readonly fileName: string; readonly done: ImportDone }) {
  useFileDrop(openFiles);
  const again = () => void abandonImport();
  useCommands({ new: again, 'panel.close': again });
  return (
    <div id="list" tabIndex={-1} className="flex-1 overflow-auto px-6 py-8">
      <div className="flex max-w-xl flex-col gap-5">
        <GoodNote>
          <p className="font-medium text-green">{say.title(done.payouts.toLocaleString())}</p>
          <p>{say.lead}</p>
          {done.payeesCreated > 0 ? <p>{say.payees(done.payeesCreated.toLocaleString())}</p> : null}
          {done.leftOut > 0 ? <p>{say.leftOut(done.leftOut.toLocaleString())}</p> : null}
        </GoodNote>
        <Section title={fileName}>
          <ImportTotals totals={done.totals} />
        </Section>
        <div className="flex flex-wrap gap-2">
          <a href={hrefOf('payouts', null, { status: 'pending' })} className={LINK}>
            {say.seePayouts}
          </a>
          {done.payeesCreated > 0 ? (
            <a href={hrefOf('payees', null, { tab: 'waiting' })} className={LINK}>
              {say.seeConfirm}
            </a>
          ) : null}
          <Button kind="quiet" onClick={again}>
            {words.imports.another}
          </Button>
        </div>
      </div>
    </div>
  );
}
