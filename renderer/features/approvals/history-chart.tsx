import { words } from '../../app/words/words.ts';

const HEIGHT = 56;
const BAR = 10;
const GAP = 4;
const LEAST = 2;

/** How high a bar stands, in pixels. Shares of the largest are drawn, so losing digits here loses no money. */
function heightOf(amount: bigint, largest: bigint): number {
  if (largest === 0n) return LEAST;
  return Math.max(LEAST, Number((amount * 1000n) / largest) * (HEIGHT / 1000));
}

interface Props {
  readonly earlier: readonly bigint[];
  readonly now: bigint;
  /** The same in words, for whoever does not see it. */
  readonly label: string;
}

/** Bars of the earlier payouts, and this one at their end in the accent. */
export function HistoryChart({ earlier, now, label }: Props) {
  const largest = [...earlier, now].reduce((most, amount) => (amount > most ? amount : most), 0n);
  const width = (earlier.length + 1) * (BAR + GAP) + GAP;
  const nowHeight = heightOf(now, largest);
  const nowX = earlier.length * (BAR + GAP) + 2 * GAP;
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT}>
      <title>{words.approvals.history.title}</title>
      {earlier.map((amount, at) => {
        const height = heightOf(amount, largest);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={at}
            x={at * (BAR + GAP)}
            y={HEIGHT - height}
            width={BAR}
            height={height}
            rx={1.5}
            className="fill-line-strong opacity-60"
          />
        );
      })}
      <rect x={nowX} y={HEIGHT - nowHeight} width={BAR} height={nowHeight} rx={1.5} className="fill-accent-solid" />
      <line x1={0} x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="stroke-line" />
    </svg>
  );
}
