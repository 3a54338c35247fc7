import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, test } from 'vitest';
import { brokenPromises } from '../../../main/cli/demo/findings.ts';
import type { Played } from '../../../main/cli/demo/main-job.ts';
import { programFile } from '../../support/program.ts';
import { countersign, type Ended, errorLine } from './command.ts';

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
  const child = spawn(process.execPath, [programFile('demo'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[exit], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exit, stdout, stderr };
}

describe('the demo', () => {
  it('plays the main job over every rail, loses the providers in the middle, and leaves a vault that its founder can prove', async () => {
    const out = newFolder();
    const rails = 'simulated,stellar,stripe,nowpayments';
    const { exit, stdout, stderr } = await runDemo('--payouts', '48', '--rails', rails, '--json', '--out', out);
    expect(exit, stderr).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const found = JSON.parse(stdout);
    expect(found).toEqual({
      payouts: { requested: 48, completed: 46, failed: 1, quarantined: 1, cancelled: 0 },
      policy: {
        version: 2,
        rules: [
          'A payout of 1,000.00 USD or more, of 1,000.00 EUR or more, of 1,000.00 USDC or more or of 1,000.00 USDCMATIC or more needs two approvers, none of them an admin; nobody approves their own act.',
          'Any payout needs one approver; nobody approves their own act.',
        ],
        tries: [
          ['Mara Lindqvist', 'approves what she asked for herself', 'approval.own_act'],
          ['Tomás Okafor', 'approves it, one of two', 'pending'],
          ['Tomás Okafor', 'approves it a second time', 'approval.already_given'],
          ['Mara Lindqvist', 'has it paid with one approval of two', 'pending'],
          ['Yuki Brennan', 'approves it, two of two', 'approved'],
          ['Tomás Okafor', 'approves what has its two', 'payout.not_approvable'],
          ['Mara Lindqvist', 'signs what she asked for herself', 'policy.separate_signer'],
          ['Inés Haddad', 'gives a wrong code', 'batch.wrong_code'],
          ['Inés Haddad', 'gives the code for 12 payments', 'released'],
        ].map(([who, what, answer]) => ({ who, what, answer })),
      },
      ledger: {
        entries: expect.any(Number),
        trialBalance: { CREDIT: '0', EUR: '0', USD: '0', USDC: '0', USDCMATIC: '0', XLM: '0' },
      },
      reconciliation: null,
      audit: { entries: expect.any(Number), valid: true, head: expect.stringMatching(/^[0-9a-f]{64}$/) },
      device: { app: '5.6.0', confirmations: 1 },
      chain: { transactions: 1, payments: 12, paidOnce: 12 },
      stripe: { payments: 12, paidOnce: 12 },
      nowpayments: { payments: 12, paidOnce: 12 },
      outage: {
        paidBefore: expect.any(Number),
        awayMs: expect.any(Number),
        missed: expect.arrayContaining(['stripe', 'nowpayments']),
      },
      mails: {
        count: expect.any(Number),
        subjects: expect.objectContaining({
          'Demo treasury: a test message': 1,
          'Demo treasury: A batch of payments waits for its code': 2,
        }),
      },
      timingsMs: {
        network: expect.any(Number),
        sign: expect.any(Number),
        vault: expect.any(Number),
        request: expect.any(Number),
        policy: expect.any(Number),
        approve: expect.any(Number),
        restart: expect.any(Number),
        outage: expect.any(Number),
        settle: expect.any(Number),
        verify: expect.any(Number),
        total: expect.any(Number),
      },
      files: expect.arrayContaining([
        path.join(out, 'demo.vault'),
        path.join(out, 'demo.vault.keys'),
        path.join(out, 'demo.vault.simulated-stellar'),
        path.join(out, 'demo.vault.simulated-stripe'),
        path.join(out, 'demo.vault.simulated-nowpayments'),
      ]),
    });
    for (const file of found.files) expect(existsSync(file), file).toBe(true);
    expect(stderr.match(/^✓ .*/gm)).toHaveLength(10);

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
  }, 120_000);

  test.each([
    [['--rails', 'pigeon'], 'There is no rail "pigeon"; there are: stellar, stripe, nowpayments, simulated.'],
    [
      ['--rails', 'simulated', '--device-app', '5.6.0'],
      'Only payouts over stellar are signed on a device, so --device-app has nothing to choose.',
    ],
    [['--device-app', '4.0.0'], 'The simulated Ledger has the app in version 5.6.0 or 6.0.0, not "4.0.0".'],
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
  const chain = { transactions: 1, payments: 5, paidOnce: 5, otherwise: [] as string[], unexplainedMinor: '0' };
  const stellar = { device: { app: '5.6.0', confirmations: 1 }, payouts: 5, transactions: 1, chain };
  const onChain = (change: object) => ({ stellar: { ...stellar, chain: { ...chain, ...change } } });
  const says = { payments: 3, paidOnce: 3, otherwise: [] as string[] };
  const overStripe = (change: object) => ({ stripe: { payouts: 3, says: { ...says, ...change } } });
  const outage = { paidBefore: 3, awayMs: 2_000, missed: ['stripe', 'nowpayments'] };
  const played = (changed: object) =>
    ({
      policy: {
        version: 2,
        rules: [],
        tries: [{ who: 'Ada', what: 'approves it', answer: 'pending', expected: 'pending' }],
      },
      requested: { payouts: 10, expected: { completed: 8, failed: 1, quarantined: 1 }, plans: null },
      stellar,
      stripe: { payouts: 3, says },
      nowpayments: { payouts: 3, says },
      outage,
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
    [onChain({ otherwise: ['XLM-00003'], paidOnce: 4 }), 'XLM-00003 was not paid exactly once, says the network.'],
    [onChain({ paidOnce: 4 }), 'The network paid 4 of 5 exactly once.'],
    [onChain({ payments: 6 }), 'The network made 6 payments for 5 payouts.'],
    [onChain({ unexplainedMinor: '7' }), 'The treasury lost 7 stroops to nobody.'],
    [
      { stellar: { ...stellar, device: { app: '5.6.0', confirmations: 2 } } },
      '1 transactions were submitted, 2 confirmed on the device, and the network has 1.',
    ],
    [overStripe({ otherwise: ['STR-00001'], paidOnce: 2 }), 'STR-00001 was not paid exactly once, says Stripe.'],
    [overStripe({ paidOnce: 2 }), 'Stripe paid 2 of 3 exactly once.'],
    [overStripe({ payments: 4 }), 'Stripe made 4 payments for 3 payouts.'],
    [{ outage: { ...outage, missed: ['stripe'] } }, 'Nobody noticed that nowpayments was away.'],
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
