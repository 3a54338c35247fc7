import { ChooseFile } from './choose-file.tsx';
import { ImportResult } from './import-result.tsx';
import { useImportStage } from './import-stage.ts';
import { ImportWorking } from './import-working.tsx';
import { MapColumns } from './map-columns.tsx';
import { PreviewRows } from './preview-rows.tsx';

/** A file on its way to becoming payouts, one stage at a time. */
export function ImportScreen() {
  const stage = useImportStage((state) => state.stage);
  switch (stage.at) {
    case 'choose':
      return <ChooseFile error={stage.error} />;
    case 'opening':
      return <ImportWorking fileName={stage.fileName} importId={null} />;
    case 'mapping':
      return <MapColumns key={stage.opened.importId} stage={stage} />;
    case 'checking':
    case 'committing':
      return <ImportWorking fileName={stage.opened.fileName} importId={stage.opened.importId} />;
    case 'preview':
      return <PreviewRows stage={stage} />;
    case 'done':
      return <ImportResult fileName={stage.fileName} done={stage.done} />;
  }
}
