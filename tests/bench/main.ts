/** `npm run bench -- [--json] [--only NAME] [--quick]`: figures beside their peers. It never fails a test run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditVerify } from './audit-verify.ts';
import { type Benchmark, type Figure, figureOf } from './benchmark.ts';
import { campaignGrant } from './campaign-grant.ts';
import { importCsv } from './import-csv.ts';
import { ledgerBatch } from './ledger-batch.ts';
import { ledgerSingle } from './ledger-single.ts';
import { queue100k } from './queue.ts';

const BENCHMARKS: readonly Benchmark[] = [ledgerBatch, ledgerSingle, importCsv, campaignGrant, queue100k, auditVerify];

function optionsOf(args: readonly string[]): { json: boolean; quick: boolean; only: string | undefined } | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
      },
    });
    const { only } = values;
    if (only !== undefined && !BENCHMARKS.some(({ name }) => name === only)) {
      return `there is no benchmark ${only}; there are ${BENCHMARKS.map(({ name }) => name).join(', ')}`;
    }
    return { json: values.json, quick: values.quick, only };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const USAGE = `Usage: npm run bench -- [--json] [--only NAME] [--quick]\n\n${BENCHMARKS.map(({ name, work }) => `  ${name.padEnd(16)} ${work}\n`).join('')}`;

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const options = optionsOf(process.argv.slice(2));
  if (typeof options === 'string') {
    process.stderr.write(`bench: ${options}\n`);
    return 2;
  }
  const figures: Figure[] = [];
  for (const benchmark of BENCHMARKS) {
    if (options.only !== undefined && benchmark.name !== options.only) continue;
    process.stderr.write(`${benchmark.name}: ${benchmark.work}, beside ${benchmark.peerName} …\n`);
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
    try {
      figures.push(figureOf(benchmark, await benchmark.run({ quick: options.quick, folder })));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  process.stdout.write(options.json ? `${JSON.stringify(figures, null, 2)}\n` : tableOf(figures));
  return 0;
}

function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ['name', 'ours', 'peer', 'ratio', 'goal', 'unit'],
    ...figures.map(({ name, ours, peer, ratio, goal, unit }) => [
      name,
      String(ours),
      peer === null ? 'skipped' : String(peer),
      ratio === null ? '–' : ratio.toFixed(2),
      goal,
      unit,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return `${rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

process.exitCode = await main();
