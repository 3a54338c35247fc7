import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';

/** Where a list stands inside a panel, its next page is asked for. */
export function MoreButton({ onMore, busy }: { readonly onMore: (() => void) | undefined; readonly busy: boolean }) {
  if (!onMore) return null;
  return (
    <div>
      <Button kind="quiet" busy={busy} onClick={onMore}>
        {busy ? words.ui.showingMore : words.ui.showMore}
      </Button>
    </div>
  );
}
