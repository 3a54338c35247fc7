/** One figure beside its limit or peer, measured in the same run on the same data. */
export interface Measured {
  readonly ours: number;
  /** Null when the peer is not on this machine: it is named as skipped, never guessed. */
  readonly peer: number | null;
}

export interface Benchmark {
  readonly name: string;
  readonly work: string;
  readonly peerName: string;
  readonly unit: string;
  /** What ours ÷ peer should reach, and whether more or less is better. */
  readonly goal: { readonly ratio: number; readonly better: 'more' | 'less' };
  /** `quick` is a smaller size of the same work, to see that it runs. */
  readonly run: (options: { readonly quick: boolean; readonly folder: string }) => Promise<Measured>;
}

export interface Figure {
  readonly name: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly goal: string;
  readonly unit: string;
}

export function figureOf(benchmark: Benchmark, { ours, peer }: Measured): Figure {
  const { ratio, better } = benchmark.goal;
  return {
    name: benchmark.name,
    ours: round(ours),
    peer: peer === null ? null : round(peer),
    ratio: peer === null ? null : Math.round((ours / peer) * 1000) / 1000,
    goal: `${better === 'more' ? '≥' : '≤'} ${ratio}`,
    unit: benchmark.unit,
  };
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 1000) / 1000;
}

export async function secondsOf(work: () => Promise<void> | void): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
