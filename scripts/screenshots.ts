/**
 * `npm run screenshots`: starts the app on an empty folder, walks through it as a new person would
 * (sandbox, recovery code, one approval) and writes what it sees to docs/screenshots.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright';
import { alerts } from '../renderer/app/words/en/alerts.ts';
import { approvals } from '../renderer/app/words/en/approvals.ts';
import { desk } from '../renderer/app/words/en/desk.ts';
import { entry } from '../renderer/app/words/en/entry.ts';
import { money } from '../renderer/app/words/en/money.ts';
import { launchChromium } from '../tests/support/chromium.ts';
import { approveStellar } from '../tests/support/desk-steps.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const FOLDER = path.join(ROOT, 'docs', 'screenshots');
const SIZE = { width: 1440, height: 900 };
const PASSPHRASE = 'four calm words together';
/** Long enough for two passphrases to be stretched on a slow machine. */
const SETTLED_MS_MAX = 60_000;

mkdirSync(FOLDER, { recursive: true });
const vaults = mkdtempSync(path.join(tmpdir(), 'countersign-screenshots-'));
const server = spawn(
  process.execPath,
  [path.join(ROOT, 'main/cli/main.ts'), 'serve', '--port', '0', '--folder', vaults, '--json'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const browser = await launchChromium();
try {
  const page = await browser.newPage({
    viewport: SIZE,
    deviceScaleFactor: 1,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  page.setDefaultTimeout(SETTLED_MS_MAX);
  await page.goto(await addressOf(server));
  await walkThrough(page);
} finally {
  await browser.close();
  const closed = new Promise((resolve) => server.once('close', resolve));
  server.kill('SIGTERM');
  await closed;
  rmSync(vaults, { recursive: true, force: true });
}

async function walkThrough(page: Page): Promise<void> {
  await page.getByRole('heading', { name: entry.firstRun.title }).waitFor();
  await save(page, 'first-run');

  await page.getByRole('button', { name: entry.firstRun.sandbox }).click();
  await page.getByLabel(entry.create.yourName).fill('Grace Hopper');
  await page.getByLabel(entry.create.passphrase, { exact: true }).fill(PASSPHRASE);
  await page.getByLabel(entry.create.again, { exact: true }).fill(PASSPHRASE);
  await page.getByRole('button', { name: entry.sandboxStart.start }).click();
  await page.getByLabel(entry.recovery.confirm).check();
  await page.getByRole('button', { name: entry.recovery.done }).click();

  await visit(page, 'approvals');
  await page.getByLabel(desk.ui.choose).first().waitFor();
  await page.getByRole('row').nth(1).click();
  await page.getByRole('button', { name: approvals.approvals.sign }).and(page.locator(':enabled')).waitFor();
  const panel = page.getByRole('complementary', { name: approvals.approvals.panel });
  const payee = await panel.getByRole('heading').first().innerText();
  await save(page, 'approvals');
  await page.emulateMedia({ colorScheme: 'dark' });
  await save(page, 'approvals-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('button', { name: approvals.approvals.sign }).click();
  await page.getByText(approvals.approvals.done(payee)).waitFor();

  await page.keyboard.press('Escape');
  await page.getByLabel(desk.ui.chooseAll).check();
  await page.keyboard.press('a');
  await page.getByText(approvals.bulk.totals).waitFor();
  await save(page, 'approvals-many');

  await visit(page, 'payouts?status=completed');
  await page.getByRole('row', { name: payee }).first().click();
  await page.getByText(money.statusMeaning.settled).waitFor();
  await save(page, 'payouts');

  await raiseAlert(page);
  await visit(page, 'alerts');
  await page.getByRole('row').nth(1).click();
  await page.getByText(alerts.alerts.next, { exact: true }).waitFor();
  await save(page, 'alerts');
  await page.keyboard.press('Escape');

  await visit(page, 'sync/stripe');
  await page.getByRole('row').nth(1).waitFor();
  await save(page, 'sync');
  await page.keyboard.press('Escape');

  await approveStellar(page);
  await visit(page, 'signing');
  await page.getByRole('button', { name: /^Next transaction/ }).click();
  await page.getByRole('button', { name: 'Build it' }).click();
  await page.getByText('All 5 operations are the approved payouts.').waitFor();
  await save(page, 'signing');

  for (const place of ['overview', 'import', 'payees', 'statements', 'ledger', 'audit', 'settings']) {
    await visit(page, place);
    await save(page, place);
  }
  for (const tab of ['policy', 'access']) {
    await visit(page, `settings?tab=${tab}`);
    await save(page, `settings-${tab}`);
  }
}

/** A floor that is above what the treasury has. */
async function raiseAlert(page: Page): Promise<void> {
  const { thresholds } = alerts.alerts;
  await visit(page, 'settings?tab=alerts');
  await page.getByLabel(thresholds.floor('EUR')).fill('75000.00');
  await page.getByLabel(desk.ui.reason).fill('As much as the next two runs need.');
  await page.getByRole('button', { name: thresholds.submit }).click();
  await page.getByText(thresholds.saved).waitFor();
}

async function visit(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, `#/${place}`);
}

/** Once nothing moves and nothing loads any more. */
async function save(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`), animations: 'disabled' });
  console.error(`docs/screenshots/${name}.png`);
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The server has no output to read');
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line) as { url: string };
    return url;
  }
  throw new Error('The server ended before it was ready');
}
