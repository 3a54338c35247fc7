/** What somebody is told who signed in: was the last time really them, and who tried in between? */
import { useState } from 'react';
import { useIdentity } from '../../app/identity.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { localTime } from '../../ui/time-text.ts';

const say = words.lastSignIn;

export function useLastSignIn(): { readonly text: string; readonly failedTries: number } | null {
  const before = useIdentity((state) => state.identity?.before);
  if (!before) return null;
  const where = [before.host, before.ip].filter(Boolean).join(', ');
  const last = before.atMs === null ? say.first : say.last(localTime(before.atMs), where);
  return { text: last, failedTries: before.failedTries };
}

/** Failed tries are said until they were read; the rest stands under Settings. */
export function FailedTriesBanner() {
  const last = useLastSignIn();
  const [read, setRead] = useState(false);
  if (read || last === null || last.failedTries === 0) return null;
  return (
    <div role="alert" className="flex items-center gap-2.5 border-b border-line bg-amber-wash px-5 py-2">
      <Icon name="warning" className="text-amber" />
      <p className="min-w-0 flex-1">
        <span className="font-medium text-amber">{say.failed(last.failedTries)}</span> {last.text} {say.failedNext}
      </p>
      <Button className="h-7" onClick={() => setRead(true)}>
        {say.read}
      </Button>
    </div>
  );
}
