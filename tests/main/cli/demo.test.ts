import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, test } from 'vitest';
import { brokenPromises } from '../../../main/cli/demo/findings.ts';
import type { Played } from '../../../main/cli/demo/main-job.ts';
import { countersign, type Ended, errorLine } from './command.ts';

const DEMO = path.join(import.meta.dirname, '../../../main/cli/demo.ts');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-demo-'));
  folders.push(folder);
  return folder;
}

async function runDemo(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [DEMO, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[exit], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exit, stdout, stderr };
}

describe('the demo', () => {
  it('plays the main job, and leaves a vault that its founder can prove', async () => {
    const out = newFolder();
    const { exit, stdout, stderr } = await runDemo('--payouts', '20', '--json', '--out', out);
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const found = JSON.parse(stdout);
    expect(found).toEqual({
      payouts: { requested: 20, completed: 18, failed: 1, quarantined: 1, cancelled: 0 },
      policy: {
        version: 2,
        rules: [
          'A payout of 1,000.00 USD or more or of 1,000.00 EUR or more needs two approvers, none of them an admin; nobody approves their own act.',
          'Any payout needs one approver; nobody approves their own act.',
        ],
        tries: [
          ['Mara Lindqvist', 'approves what she asked for herself', 'approval.own_act'],
          ['Tomás Okafor', 'approves it, one of two', 'pending'],
          ['Tomás Okafor', 'approves it a second time', 'approval.already_given'],
          ['Mara Lindqvist', 'has it paid with one approval of two', 'pending'],
          ['Yuki Brennan', 'approves it, two of two', 'approved'],
          ['Tomás Okafor', 'approves what has its two', 'payout.not_approvable'],
        ].map(([who, what, answer]) => ({ who, what, answer })),
      },
      ledger: { entries: expect.any(Number), trialBalance: { CREDIT: '0', EUR: '0', USD: '0' } },
      reconciliation: null,
      audit: { entries: expect.any(Number), valid: true, head: expect.stringMatching(/^[0-9a-f]{64}$/) },
      timingsMs: {
        vault: expect.any(Number),
        request: expect.any(Number),
        policy: expect.any(Number),
        approve: expect.any(Number),
        pay: expect.any(Number),
        settle: expect.any(Number),
        verify: expect.any(Number),
        total: expect.any(Number),
      },
      files: expect.arrayContaining([path.join(out, 'demo.vault'), path.join(out, 'demo.vault.keys')]),
    });
    for (const file of found.files) expect(existsSync(file), file).toBe(true);
    expect(stderr.match(/^✓ .*/gm)).toHaveLength(7);

    // As the last lines say: with the founder's passphrase, from another process.
    const [, founder = '', passphrase = ''] = /^ {2}(.+) \(founder.*\) +(\S+)$/m.exec(stderr) ?? [];
    const vault = path.join(out, 'demo.vault');
    const args = ['audit', 'verify', '--vault', vault, '--as', founder, '--passphrase-stdin', '--json'];
    const proof = await countersign(args, `${passphrase}\n`);
    expect(proof).toMatchObject({ exit: 0 });
    expect(JSON.parse(proof.stdout)).toMatchObject(found.audit);

    const again = await runDemo('--payouts', '1', '--out', out);
    expect(again).toMatchObject({ exit: 1, stdout: '' });
    expect(again.stderr).toContain('demo: There is already a vault at that place. [vault.exists]\n');
  }, 60_000);

  test.each([
    [['--rails', 'stellar'], 'The stellar rail does not exist yet; what exists is: simulated.'],
    [['--rails', 'simulated,stripe'], 'The stripe rail does not exist yet; what exists is: simulated.'],
    [['--rails', 'pigeon'], 'There is no rail "pigeon"; what exists is: simulated.'],
    [['--device-app', '5.6.0'], 'There is no simulated signing device yet, so --device-app has nothing to choose.'],
    [['--payouts', '0'], '--payouts is a number from 1 to 10000, not "0".'],
    [['--payouts', '1e3'], '--payouts is a number from 1 to 10000, not "1e3".'],
    [['--loud'], "Unknown option '--loud'."],
  ])('%j is wrong usage, said in one line', async (args, sentence) => {
    const ended = await runDemo(...args);
    expect(ended.exit).toBe(2);
    expect(errorLine({ ...ended, stderr: ended.stderr.replace(/^demo: /, 'countersign: ') })).toBe(
      `${sentence} See --help.`,
    );
  });
});

describe('what the demo promises', () => {
  const counts = { pending: 0, approved: 0, processing: 0, completed: 8, failed: 1, quarantined: 1, cancelled: 0 };
  const proofs = {
    counts,
    settled: 8,
    position: [],
    books: { entries: 2, totals: [{ assetId: 'iso:USD', assetCode: 'USD', scale: 2, sumMinor: '0' }], drift: [] },
    audit: { entries: 1, valid: true, head: 'ab', problem: null },
    vault: { ok: true, problems: [], audit: { entries: 1, valid: true, head: 'ab' } },
  };
  const played = (changed: object) =>
    ({
      policy: {
        version: 2,
        rules: [],
        tries: [{ who: 'Ada', what: 'approves it', answer: 'pending', expected: 'pending' }],
      },
      filled: { payees: 10, payouts: 10, funded: [], expected: { completed: 8, failed: 1, quarantined: 1 } },
      proofs: { ...proofs, ...changed },
      ...changed,
    }) as unknown as Played;

  it('holds when everything is as expected', () => {
    expect(brokenPromises(played({}))).toEqual([]);
  });

  test.each([
    [{ counts: { ...counts, completed: 7, approved: 1 } }, '7 payouts are completed; it should be 8.'],
    [{ counts: { ...counts, pending: 1 } }, '1 payouts are still pending.'],
    [
      {
        policy: { tries: [{ who: 'Ada', what: 'approves her own', answer: 'approved', expected: 'approval.own_act' }] },
      },
      'Ada approves her own, and the answer was approved; it should be approval.own_act.',
    ],
    [{ settled: 7 }, '7 of 8 completed payouts are settled.'],
    [{ position: [{ assetCode: 'USD', unsettledMinor: '5' }] }, '5 minor units of USD are unsettled.'],
    [
      { books: { ...proofs.books, totals: [{ assetCode: 'USD', sumMinor: '-1' }] } },
      'The postings in USD sum to -1, not zero.',
    ],
    [{ books: { ...proofs.books, drift: ['7'] } }, '1 kept balances are not the sum of their entries.'],
    [
      { audit: { ...proofs.audit, valid: false, problem: 'Entry 2 is missing.' } },
      'The audit chain is broken: Entry 2 is missing.',
    ],
    [{ vault: { ok: false, problems: ['Page 3 does not authenticate'] } }, 'Page 3 does not authenticate'],
  ])('is broken by %j', (changed, sentence) => {
    expect(brokenPromises(played(changed))).toContain(sentence);
  });
});
