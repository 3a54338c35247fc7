/** What people and other systems are told, by what a person at the desk sees and what arrives outside. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { startMailCatcher } from '../../main/sandbox/mail-catcher.ts';
import { onTheServer } from '../support/desk-hosts.ts';
import { goTo, openSettings, startSandbox } from '../support/desk-steps.ts';

const panel = (page: Page, name: string) => page.getByRole('complementary', { name });

async function receiver() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const read: Buffer[] = [];
    request.on('data', (chunk: Buffer) => read.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(read).toString('utf8'));
      response.end('taken');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { bodies, url: `http://127.0.0.1:${port}/in`, close: () => void server.close() };
}

onTheServer((host) => {
  test('somebody chooses how to be told, and mail and another system are told over the wire', async () => {
    const mail = await startMailCatcher();
    onTestFinished(mail.close);
    const other = await receiver();
    onTestFinished(other.close);
    const desk = await host.open();
    const { page } = desk;
    await startSandbox(page, 'Grace');

    // What waits for her was told before she chose anything, and leads to where it is done.
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    const told = page.getByRole('grid', { name: /^Notifications/ });
    await told.getByRole('row', { name: /payouts wait for your approval/ }).waitFor();
    await told.getByRole('row', { name: /payouts wait for your approval/ }).click();
    await page.getByRole('grid', { name: /^Payouts waiting for approval/ }).waitFor();
    await goTo(page, 'Notifications');
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await page.getByText('You have read everything.').waitFor();
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await told.getByRole('row', { name: /payouts wait for your approval/ }).waitFor();

    await openSettings(page, 'Notifications');
    await page.getByLabel('Your e-mail address').fill('grace@example.org');
    await page.getByLabel('Waits for you: By mail').selectOption('Soon');
    await page.getByLabel('Leave me alone between these times').check();
    await page.getByLabel('From', { exact: true }).fill('23:30');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. It holds for what comes next.').waitFor();

    await page.getByRole('tab', { name: 'Mail' }).click();
    await page.getByRole('button', { name: 'Set up a mail server' }).click();
    const server = panel(page, 'Mail server');
    await server.getByLabel('Server', { exact: true }).fill('localhost');
    await server.getByLabel('Encryption').selectOption({ label: 'None, only to this very machine' });
    await server.getByLabel('Port').fill(String(mail.port));
    await server.getByLabel('Sender’s address').fill('treasury@example.org');
    await server.getByRole('button', { name: 'Save' }).click();
    await server.getByText('Saved. Other admins are told.').waitFor();
    await server.getByLabel('To', { exact: true }).fill('grace@example.org');
    await server.getByRole('button', { name: 'Send', exact: true }).click();
    await server.getByText(/^The server took it: 250/).waitFor();
    const subjects = () => mail.mails.map(({ to, subject }) => `${to}: ${subject.replace(/^.*: /, '')}`);
    expect(subjects()).toContain('grace@example.org: a test message');

    // Now the code for her address can go out, and once she typed it, so can the rest.
    await expect.poll(subjects).toContain('grace@example.org: the code for this address');
    const [code = ''] = mail.mails.flatMap(({ text }) => /\b\d{6}\b/.exec(text) ?? []);
    await openSettings(page, 'Notifications');
    const confirming = page.getByRole('form', { name: 'Confirm your e-mail address' });
    await confirming.getByLabel('Code of six digits').fill(code);
    await confirming.getByRole('button', { name: 'Confirm', exact: true }).click();
    await page.getByText('Confirmed. From now on mail goes there').waitFor();

    await page.getByRole('tab', { name: 'Webhooks' }).click();
    await page.getByRole('button', { name: 'Add an endpoint' }).first().click();
    const add = panel(page, 'Add an endpoint');
    await add.getByLabel('Address').fill(other.url);
    await add.getByLabel('What it is for').fill('Data warehouse');
    await add.getByLabel('payout.approved').check();
    await add.getByRole('button', { name: 'Propose it' }).click();
    const endpoint = panel(page, 'Data warehouse');
    await endpoint.getByText('Waits for a second admin').waitFor();
    await endpoint.getByRole('button', { name: 'Confirm' }).click();
    await endpoint.getByRole('button', { name: 'Send a test event' }).click();
    await endpoint.getByText('Arrived', { exact: true }).waitFor();
    expect(JSON.parse(other.bodies[0] ?? '')).toMatchObject({ event: 'webhook.ping' });
    expect(desk.complaints).toEqual([]);
  });
});
