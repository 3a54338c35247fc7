/** What a person does at the desk, by what they see: labels, roles and words, as a screen reader has them. */
import type { Page } from 'playwright';

export const PASSPHRASES = { Grace: 'lantern orbit velvet canyon', Noor: 'harbor pencil sunset marble' } as const;
export type Person = keyof typeof PASSPHRASES;

type Place =
  | 'Overview'
  | 'Approvals'
  | 'Signing'
  | 'Payouts'
  | 'Import'
  | 'Payees'
  | 'Statements'
  | 'Schedules'
  | 'Escrow holds'
  | 'Campaigns'
  | 'Ledger'
  | 'Notifications'
  | 'Alerts'
  | 'Sync'
  | 'Jobs'
  | 'Audit'
  | 'Settings';

export async function goTo(page: Page, place: Place): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click();
}

/** Creates the vault as its first person, and gives the recovery code that is shown once. */
export async function createVault(page: Page, name: string, founder: Person): Promise<string> {
  await page.getByRole('button', { name: /^Create a vault/ }).click();
  await page.getByLabel('Name of the vault').fill(name);
  await page.getByLabel('Your name').fill(founder);
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASES[founder]);
  await page.getByLabel('Passphrase again').fill(PASSPHRASES[founder]);
  await page.getByRole('button', { name: 'Create the vault' }).click();
  const code = await page.getByLabel('Recovery code', { exact: true }).innerText();
  await page.getByLabel(/I have written down the recovery code/).check();
  await page.getByRole('button', { name: 'Open the vault' }).click();
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
  return code;
}

/** A ready vault with payouts that a colleague has asked for. */
export async function startSandbox(page: Page, person: Person): Promise<void> {
  await page.getByRole('button', { name: /^Try it in the sandbox/ }).click();
  await page.getByLabel('Your name').fill(person);
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASES[person]);
  await page.getByLabel('Passphrase again').fill(PASSPHRASES[person]);
  await page.getByRole('button', { name: 'Set up the sandbox' }).click();
  await page.getByLabel(/I have written down the recovery code/).check();
  await page.getByRole('button', { name: 'Open the vault' }).click();
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
}

export async function lockDesk(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  await page.getByRole('menuitem', { name: /^Lock this desk/ }).click();
  await page.getByLabel('Passphrase', { exact: true }).waitFor();
}

export async function typeSignIn(page: Page, name: string, passphrase: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: /^(Unlock|Sign in)$/ }).click();
}

export async function signIn(page: Page, person: Person): Promise<void> {
  await typeSignIn(page, person, PASSPHRASES[person]);
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
}

export async function addPerson(page: Page, person: Person): Promise<void> {
  await goTo(page, 'Settings');
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByLabel('Name of the new person').fill(person);
  await page.getByLabel('Passphrase of the new person').fill(PASSPHRASES[person]);
  await page.getByLabel('Passphrase again').fill(PASSPHRASES[person]);
  await page.getByRole('button', { name: 'Add to staff' }).click();
  await signTerms(page, 'Sign and carry it out');
  await page.getByText(`${person} can sign in now.`).waitFor();
}

/** Signs the terms that are shown, as soon as the text that would be signed is there. */
export async function signTerms(page: Page, name: 'Sign as the first of two' | 'Sign and carry it out'): Promise<void> {
  await page.getByRole('button', { name }).and(page.locator(':enabled')).click();
}

/** A section of the settings. */
export async function openSettings(page: Page, tab: string): Promise<void> {
  await goTo(page, 'Settings');
  await page.getByRole('tab', { name: tab, exact: true }).click();
}

export async function fund(page: Page, amount: string): Promise<void> {
  await goTo(page, 'Overview');
  await page.getByRole('button', { name: 'Record funding' }).first().click();
  await page.getByLabel('Amount').fill(amount);
  await page.getByRole('button', { name: /^Record .*USD$/ }).click();
  await page.getByRole('button', { name: /^Record .*USD$/ }).waitFor({ state: 'detached' });
}

export async function addPayee(page: Page, payee: { name: string; reference: string; address: string }): Promise<void> {
  await goTo(page, 'Payees');
  await page.getByRole('button', { name: 'Add a payee' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(payee.name);
  await page.getByLabel('Your reference').fill(payee.reference);
  await page.getByLabel('Address', { exact: true }).fill(payee.address);
  await page.getByRole('button', { name: 'Add payee' }).click();
  await page.getByRole('button', { name: 'Add payee' }).waitFor({ state: 'detached' });
}

/** As somebody else than the one who proposed it. */
export async function confirmDestination(page: Page, payee: string): Promise<void> {
  await goTo(page, 'Payees');
  await page
    .getByRole('row', { name: new RegExp(payee) })
    .first()
    .click();
  const panel = page.getByRole('complementary').first();
  await panel
    .getByRole('button', { name: /^Confirm/ })
    .first()
    .click();
  await panel.getByText(/^Confirmed by/).waitFor();
}

export async function requestPayout(
  page: Page,
  payout: { payee: string; amount: string; reference: string },
): Promise<void> {
  await goTo(page, 'Payouts');
  await page.getByRole('button', { name: 'Request a payout' }).first().click();
  await page.getByRole('combobox', { name: 'Payee' }).fill(payout.payee);
  await page.getByRole('option', { name: payout.payee }).click();
  await page.getByLabel('Amount').fill(payout.amount);
  await page.getByLabel('Reference', { exact: true }).fill(payout.reference);
  await page.getByRole('button', { name: /^Request .*USD$/ }).click();
  await page.getByRole('button', { name: /^Request .*USD$/ }).waitFor({ state: 'detached' });
}

/** All that wait on Stellar in a sandbox, many at once. */
export function approveStellar(page: Page): Promise<void> {
  return approveOn(page, 'stellar', { hasText: 'USDC', least: 5 });
}

/** All that wait on a rail, many at once; so many of them are to be seen first. */
export async function approveOn(
  page: Page,
  rail: string,
  { hasText, least }: { readonly hasText: string; readonly least: number },
): Promise<void> {
  await goTo(page, 'Approvals');
  await page.getByLabel('Rail').selectOption(rail);
  const list = page.getByRole('grid', { name: /^Payouts waiting for approval/ });
  await list
    .getByRole('row')
    .filter({ hasText })
    .nth(least - 1)
    .waitFor();
  await list.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByRole('button', { name: /^Select all/ }).click();
  await page.keyboard.press('a');
  const many = page.getByRole('complementary', { name: 'Approve many' });
  await many.getByText('What you approve in all').waitFor();
  const looked = many.getByLabel(/^I have looked at the .*flagged/);
  if (await looked.isVisible()) await looked.check();
  await many
    .getByRole('button', { name: /^Sign and approve/ })
    .and(page.locator(':enabled'))
    .click();
  await many
    .getByText(/are approved and go on\./)
    .first()
    .waitFor();
  await many.getByRole('button', { name: 'Done' }).click();
}
