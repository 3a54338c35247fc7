/**
 * Reads Prometheus' text format 0.0.4 as strictly as the format allows, and throws at whatever a
 * collector would stumble over.
 */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: string;
  readonly help: string;
  readonly series: readonly Series[];
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end');
  const families = new Map<string, { type: string; help: string; series: Series[] }>();
  const seen = new Set<string>();
  let current: { name: string; family: { type: string; help: string; series: Series[] } } | null = null;
  let help: readonly [string, string] | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, helped, words] = /^# HELP (\S+) (.+)$/.exec(line) ?? [];
    const [, typed, type] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (helped && words) {
      help = [helped, words];
    } else if (typed && type) {
      if (help?.[0] !== typed) throw new Error(`${typed} has no help before its type`);
      if (families.has(typed)) throw new Error(`${typed} stands in two places`);
      if ((type === 'counter') !== typed.endsWith('_total')) throw new Error(`${typed} is not named as a ${type}`);
      const family = { type, help: help[1], series: [] };
      families.set(typed, family);
      current = { name: typed, family };
    } else {
      const series = readSample(line);
      if (!current || !belongs(current.name, current.family.type, series.name)) throw new Error(`Stray: ${line}`);
      const key = `${series.name} ${JSON.stringify(Object.entries(series.labels).sort())}`;
      if (seen.has(key)) throw new Error(`Twice: ${key}`);
      seen.add(key);
      current.family.series.push(series);
    }
  }
  for (const [name, { type, series }] of families) {
    if (series.length === 0) throw new Error(`${name} has no samples`);
    if (type === 'histogram') checkHistogram(name, series);
    if (type !== 'gauge' && series.some(({ value }) => value < 0)) throw new Error(`${name} counts below zero`);
  }
  return families;
}

function readSample(line: string): Series {
  const [, name, labelText = '', value] = SAMPLE.exec(line) ?? [];
  if (!name || value === undefined) throw new Error(`Not a sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labelText.length) {
    const [, label, escaped] = LABEL.exec(labelText) ?? [];
    if (!label || escaped === undefined || label in labels) throw new Error(`Labels of: ${line}`);
    labels[label] = escaped.replaceAll(/\\(["\\n])/g, (_all, sign: string) => (sign === 'n' ? '\n' : sign));
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function belongs(family: string, type: string, name: string): boolean {
  return type === 'histogram'
    ? [`${family}_bucket`, `${family}_sum`, `${family}_count`].includes(name)
    : name === family;
}

function checkHistogram(name: string, series: readonly Series[]): void {
  const groups = Map.groupBy(series, ({ labels: { le: _le, ...rest } }) => JSON.stringify(rest));
  for (const [labels, group] of groups) {
    const buckets = group.filter((one) => one.name === `${name}_bucket`);
    const limits = buckets.map((one) => (one.labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(one.labels.le)));
    const rises = (list: readonly number[], strictly: boolean) =>
      list.every((value, at) => at === 0 || (strictly ? value > (list[at - 1] ?? 0) : value >= (list[at - 1] ?? 0)));
    const counts = buckets.map(({ value }) => value);
    if (!rises(limits, true) || limits.at(-1) !== Number.POSITIVE_INFINITY)
      throw new Error(`Limits of ${name}${labels}`);
    if (!rises(counts, false)) throw new Error(`Counts of ${name}${labels}`);
    const only = (suffix: string) => group.filter((one) => one.name === `${name}_${suffix}`);
    if (only('sum').length !== 1 || only('count').length !== 1) throw new Error(`Sum or count of ${name}${labels}`);
    if (only('count')[0]?.value !== counts.at(-1)) throw new Error(`Count of ${name}${labels}`);
  }
}
