import { words } from '../../app/words/words.ts';
import { GoodNote } from '../../ui/states.tsx';
import type { ActSigned } from './sign-act.tsx';

/** What a signature just did. */
export function SignedNote({ signed }: { readonly signed: ActSigned | null }) {
  if (signed === null) return null;
  return <GoodNote>{signed.done ? words.acts.done : words.acts.firstIn}</GoodNote>;
}
