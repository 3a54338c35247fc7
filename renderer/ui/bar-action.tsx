import { Button } from './button.tsx';
import { ErrorNote } from './states.tsx';

interface BarActionProps {
  readonly label: string;
  readonly action: { readonly isPending: boolean; readonly error: unknown };
  /** What came of it; stands beside the button until it is pressed again. */
  readonly said: string | null;
  readonly onPress: () => void;
}

/** Something done from the bar above a list, about all that is in it. */
export function BarAction({ label, action, said, onPress }: BarActionProps) {
  return (
    <>
      {said === null ? null : (
        <span role="status" className="text-soft">
          {said}
        </span>
      )}
      <Button className="h-7" busy={action.isPending} onClick={onPress}>
        {label}
      </Button>
      {action.error ? <ErrorNote error={action.error} /> : null}
    </>
  );
}
