import type { NewDestination } from '../../../core/contract/payees.ts';
import { createPayee } from '../../../core/payees/bulk.ts';
import { confirmDestinations, namesOf } from '../../../core/payees/confirm.ts';
import {
  type ProposedDestination,
  proposeDestination,
  refuseInvalid,
  retireDestination,
} from '../../../core/payees/destinations.ts';
import { findDestinations } from '../../../core/payees/payees.ts';
import { rescreened, rescreenSubjects } from '../../../core/payees/rescreen.ts';
import { readSafeguards } from '../../../core/payees/safeguards.ts';
import { type Screened, type ScreeningSubject, screenAll, subjectsOf } from '../../../core/payees/screening.ts';
import { closePayee, reopenPayee, updatePayee } from '../../../core/payees/upkeep.ts';
import { listPayees, payeeView, waitingDestinations } from '../../../core/payees/views.ts';
import type { Work } from '../../../core/store/command.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { actorIn, type CallOf, command, openOf, procedures } from '../calls.ts';
import { refuseUnpayableThere } from '../payable-there.ts';
import { type Pinned, pinned } from '../pinned.ts';

const readerOf = (call: CallOf) => openOf(call).treasury.writer;

/** Runs a command about one payee and gives the payee as its caller sees it afterwards. */
async function changed(call: CallOf, useCase: (work: Work) => Promise<{ readonly id: string }>) {
  const { id } = await command(call, useCase);
  return payeeView(readerOf(call), actorIn(call), id);
}

/** The list is asked before the transaction that keeps its answers. */
function screen(call: CallOf, subjects: readonly ScreeningSubject[]): Promise<Screened> {
  return screenAll(readerOf(call), openOf(call).screening, subjects);
}

/** As it is written down; what a provider could not pay is refused before. */
async function pinnedThere(call: CallOf, destination: NewDestination): Promise<Pinned> {
  const open = openOf(call);
  const pin = await pinned(open.federation, destination);
  if ('destination' in pin) await refuseUnpayableThere(open, [pin.destination]);
  return pin;
}

/** Refuses inside the command, so that the refusal is in the audit. */
function checked(call: CallOf, pin: Pinned): ProposedDestination {
  if ('refusal' in pin) throw pin.refusal;
  refuseInvalid(openOf(call).addresses, pin.destination);
  return pin.destination;
}

const subjectsIn = (name: readonly { name: string }[], pin: Pinned | null) =>
  subjectsOf(name, pin && 'destination' in pin ? [pin.destination] : []);

export const payees = {
  list: procedures.payees.list.handler(({ context: { call }, input }) =>
    listPayees(readerOf(call), actorIn(call), input, pageRequest(input)),
  ),

  get: procedures.payees.get.handler(({ context: { call }, input }) =>
    payeeView(readerOf(call), actorIn(call), input.id),
  ),

  create: procedures.payees.create.handler(async ({ context: { call }, input }) => {
    const pin = input.destination ? await pinnedThere(call, input.destination) : null;
    const screened = await screen(call, subjectsIn([input], pin));
    return changed(call, async (work) =>
      createPayee(work, { ...input, destination: pin && checked(call, pin) }, screened),
    );
  }),

  update: procedures.payees.update.handler(async ({ context: { call }, input }) => {
    const screened = await screen(call, subjectsIn(input.name === undefined ? [] : [{ name: input.name }], null));
    return changed(call, (work) => updatePayee(work, input, screened));
  }),

  close: procedures.payees.close.handler(({ context: { call }, input }) =>
    changed(call, (work) => closePayee(work, input)),
  ),

  reopen: procedures.payees.reopen.handler(({ context: { call }, input }) =>
    changed(call, (work) => reopenPayee(work, input)),
  ),

  addDestination: procedures.payees.addDestination.handler(async ({ context: { call }, input }) => {
    const pin = await pinnedThere(call, input.destination);
    const screened = await screen(call, subjectsIn([], pin));
    return changed(call, async (work) =>
      proposeDestination(work, { ...input, destination: checked(call, pin) }, screened),
    );
  }),

  waiting: procedures.payees.waiting.handler(({ context: { call }, input }) =>
    waitingDestinations(readerOf(call), actorIn(call), input, pageRequest(input)),
  ),

  confirm: procedures.payees.confirm.handler(async ({ context: { call }, input }) => {
    const { destinationIds } = input;
    const screened = await screen(call, await subjectsToConfirm(call, destinationIds));
    return command(call, (work) => confirmDestinations(work, destinationIds, screened));
  }),

  retire: procedures.payees.retire.handler(({ context: { call }, input }) =>
    changed(call, (work) => retireDestination(work, input)),
  ),

  rescreen: procedures.payees.rescreen.handler(async ({ context: { call } }) => {
    const subjects = await rescreenSubjects(readerOf(call));
    const screened = await screen(call, subjectsOf(subjects.payees, subjects.destinations));
    return command(call, (work) => rescreened(work, screened));
  }),

  safeguards: procedures.payees.safeguards.handler(({ context: { call } }) => readSafeguards(readerOf(call))),
};

async function subjectsToConfirm(
  call: CallOf,
  destinationIds: readonly string[],
): Promise<readonly ScreeningSubject[]> {
  const reader = readerOf(call);
  const destinations = [...(await findDestinations(reader, destinationIds)).values()];
  return subjectsOf(await namesOf(reader, destinations), destinations);
}
