/**
 * Prometheus' text format, version 0.0.4. A client library keeps counters of its own between two
 * questions; ours are counted from the records when they are asked for, so only the writing is left.
 */
import type { MetricFamily } from '../../core/contract/index.ts';

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function exposition(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) =>
      [
        `# HELP ${name} ${escaped(help)}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(({ suffix, labels, value }) => `${name}${suffix}${inBraces(labels)} ${value}`),
        '',
      ].join('\n'),
    )
    .join('');
}

function inBraces(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
