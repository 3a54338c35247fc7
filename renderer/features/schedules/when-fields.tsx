import { words } from '../../app/words/words.ts';
import { momentMs } from '../../ui/day-text.ts';
import { Choice, TextField } from '../../ui/field.tsx';

const say = words.when;
const PLACEMENT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

export type WhenKind = 'at' | 'guarantee' | 'hand';

/** When something happens, as it was typed. */
export interface TypedWhen {
  readonly kind: WhenKind;
  readonly moment: string;
  readonly placementId: string;
  readonly guaranteeDay: string;
}

export const WHEN_EMPTY: TypedWhen = { kind: 'at', moment: '', placementId: '', guaranteeDay: '' };

export interface ReadWhen {
  readonly ready: boolean;
  readonly atMs?: number;
  readonly onGuarantee?: true;
  readonly placementId?: string;
  readonly guaranteeCompletionDate?: string;
}

export function isPlacementId(text: string): boolean {
  return PLACEMENT_ID.test(text);
}

/** What is to be sent for it; not ready while something is missing. */
export function readWhen({ kind, moment, placementId, guaranteeDay }: TypedWhen): ReadWhen {
  const id = placementId.trim();
  const placement = id === '' ? {} : { placementId: id };
  const idIsGood = id === '' || isPlacementId(id);
  if (kind === 'hand') return { ready: idIsGood, ...placement };
  if (kind === 'guarantee') {
    const day = guaranteeDay === '' ? {} : { guaranteeCompletionDate: guaranteeDay };
    return { ready: id !== '' && idIsGood, onGuarantee: true, ...placement, ...day };
  }
  const atMs = momentMs(moment);
  return atMs === undefined ? { ready: false } : { ready: idIsGood, atMs, ...placement };
}

interface Props {
  readonly label: string;
  readonly when: TypedWhen;
  readonly onWhen: (when: TypedWhen) => void;
  readonly kinds: readonly { readonly value: WhenKind; readonly label: string }[];
  /** False where the placement is settled already. */
  readonly asksPlacement?: boolean;
  readonly placementNeeded?: boolean;
}

export function WhenFields({ label, when, onWhen, kinds, asksPlacement = true, placementNeeded = false }: Props) {
  const { kind, moment, placementId, guaranteeDay } = when;
  const bad = placementId.trim() !== '' && !isPlacementId(placementId.trim());
  return (
    <>
      <Choice label={label} value={kind} onChoose={(value) => onWhen({ ...when, kind: value })} choices={kinds} />
      {kind === 'at' ? (
        <TextField
          label={say.time}
          hint={say.timeHint}
          type="datetime-local"
          value={moment}
          onText={(text) => onWhen({ ...when, moment: text })}
          required
        />
      ) : null}
      {asksPlacement ? (
        <TextField
          label={say.placement}
          hint={say.placementHint}
          value={placementId}
          onText={(text) => onWhen({ ...when, placementId: text })}
          maxLength={128}
          optional={kind !== 'guarantee' && !placementNeeded}
          problem={bad ? say.placementBad : null}
        />
      ) : null}
      {asksPlacement && kind === 'guarantee' ? (
        <TextField
          label={say.guaranteeDay}
          hint={say.guaranteeDayHint}
          type="date"
          value={guaranteeDay}
          onText={(text) => onWhen({ ...when, guaranteeDay: text })}
          optional
        />
      ) : null}
    </>
  );
}
