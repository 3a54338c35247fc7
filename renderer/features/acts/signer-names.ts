import { words } from '../../app/words/words.ts';

const RECOVERY_SHEET = 'recovery';

/** Whose names stand under an act. */
export function signerNames(ids: readonly string[], nameOf: (id: string) => string | undefined): string {
  return ids
    .map((id) => (id === RECOVERY_SHEET ? words.acts.recoverySheet : (nameOf(id) ?? words.acts.someone)))
    .join(', ');
}
