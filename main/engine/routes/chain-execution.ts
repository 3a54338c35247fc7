/** Stellar payments as other programs ask for them. */

import { Refusal } from '../../../core/errors/refusal.ts';
import { createPayee } from '../../../core/payees/bulk.ts';
import { type ProposedDestination, refuseInvalid } from '../../../core/payees/destinations.ts';
import { type Screened, screenAll, subjectsOf } from '../../../core/payees/screening.ts';
import { createPayoutTransaction, handOut } from '../../../core/payouts/chain/create.ts';
import {
  badAddress,
  differs,
  notAnAccount,
  payoutState,
  tooFewSignatures,
  unknownTransaction,
} from '../../../core/payouts/chain/errors.ts';
import {
  type AskedPayout,
  destinationAt,
  findAsked,
  findNamed,
  readStellarAmount,
  readStellarAsset,
} from '../../../core/payouts/chain/execution.ts';
import { withinCaps } from '../../../core/payouts/chain/hot-key.ts';
import { refuseTampered } from '../../../core/payouts/chain/prove-again.ts';
import { queueSignedTransaction } from '../../../core/payouts/chain/queue-signed.ts';
import {
  type ChainRecord,
  getTransaction,
  isUnderWay,
  paymentsOf,
  reclaimsOf,
  transactionOfPayout,
} from '../../../core/payouts/chain/records.ts';
import { submitQueuedTransaction } from '../../../core/payouts/chain/submit.ts';
import { transactionView } from '../../../core/payouts/chain/views.ts';
import { unknownPayout } from '../../../core/payouts/errors.ts';
import type { PayoutRecord } from '../../../core/payouts/repository.ts';
import { requestPayout } from '../../../core/payouts/request.ts';
import { partsOf } from '../../../core/rails/address.ts';
import { perform, type Work } from '../../../core/store/command.ts';
import { type CallOf, command, driverOf, openOf, procedures } from '../calls.ts';
import { agreement } from '../chain-document.ts';
import { pinned } from '../pinned.ts';
import type { Configured } from '../stellar.ts';

/** Other programs collect signatures as devices do. */
const OPEN_S = 30 * 60;

export const chainExecution = {
  create: procedures.chainExecution.create.handler(async ({ context: { call }, input }) => {
    const { stellar, treasury } = openOf(call);
    const configured = await stellar.require();
    const to = await destinationIn(call, input.destinationAccount);
    const asked: AskedPayout = {
      reference: input.payoutId,
      to,
      assetId: readStellarAsset(input.asset, configured.rail.network),
      amountMinor: readStellarAmount(input.amount),
    };
    const payout = await findAsked(treasury.writer, asked);
    if (!payout) return pending(await record(call, configured, asked, input.idempotencyKey));
    const known = await transactionOfPayout(treasury.writer, payout.id);
    switch (payout.status) {
      case 'pending':
        return pending(payout);
      case 'approved':
        return built(payout, await build(call, configured, payout), configured);
      case 'processing':
      case 'completed':
        if (known) return built(payout, await asApproved(call, configured, known), configured);
        throw payoutState(payout.id, payout.status);
      default:
        throw payoutState(payout.id, payout.status);
    }
  }),

  submitSigned: procedures.chainExecution.submitSigned.handler(async ({ context: { call }, input }) => {
    const { stellar, treasury } = openOf(call);
    const configured = await stellar.require();
    const payout = await findNamed(treasury.writer, input.id);
    if (!payout) throw unknownPayout(input.id);
    const transaction = await transactionOfPayout(treasury.writer, payout.id);
    if (!transaction) throw unknownTransaction(input.id);
    const driver = driverOf(call);
    if (transaction.state === 'built') await refuseTampered(stellar.deskOf(configured, driver), transaction);
    const { record, progress } = await perform(treasury, driver, (work) =>
      queueSignedTransaction(work, configured.rail, { id: transaction.id, xdr: input.signedXdr }),
    );
    if (!progress.isEnough) throw tooFewSignatures(progress.weight, progress.needed);
    // The same again, after its answer was lost: it is under way, or has ended.
    if (record.state !== 'signed') return transactionView(record);
    try {
      return transactionView(await submitQueuedTransaction(stellar.deskOf(configured, driver), record.id));
    } catch (error) {
      // The job was there first, with the same bytes.
      const now = await getTransaction(treasury.writer, record.id);
      if (error instanceof Refusal && error.code === 'chain.state' && now.submissions > 0n) return transactionView(now);
      throw error;
    }
  }),
};

/** What is given is an address, or a name that stands for one now. */
async function destinationIn(call: CallOf, given: string): Promise<ProposedDestination> {
  const { addresses, federation } = openOf(call);
  const pin = await pinned(federation, { rail: 'stellar', address: given });
  if ('refusal' in pin) throw pin.refusal;
  const checked = addresses.get('stellar')?.check(partsOf(pin.destination));
  if (checked?.ok !== true) throw badAddress(checked?.why ?? 'Nothing goes out on Stellar here.');
  return pin.destination;
}

const pending = ({ id }: Pick<PayoutRecord, 'id'>) => ({
  status: 202 as const,
  body: { status: 'pending' as const, payoutId: id },
});

function built(payout: PayoutRecord, record: ChainRecord, { networkPassphrase }: Configured) {
  return {
    status: 200 as const,
    body: {
      status: 'built' as const,
      payoutId: payout.id,
      transactionId: record.id,
      state: record.state,
      xdr: record.envelope,
      hash: record.hash,
      networkPassphrase,
      source: record.source,
      sequence: record.sequence.toString(),
      feeMinor: record.feeMinor.toString(),
      timeBounds: { minTime: 0, maxTime: Number(record.maxTimeS) },
    },
  };
}

/** The bytes as they are kept, unless somebody changed them there: whoever asks signs what they are given. */
async function asApproved(call: CallOf, configured: Configured, record: ChainRecord): Promise<ChainRecord> {
  const { stellar, treasury } = openOf(call);
  const { writer } = treasury;
  const driver = driverOf(call);
  if (isUnderWay(record)) await refuseTampered(stellar.deskOf(configured, driver), record);
  // These bytes are given, and not the signed ones.
  const given = { ...record, signedEnvelope: null };
  const part = agreement(
    configured.rail,
    given,
    await paymentsOf(writer, record.id),
    await reclaimsOf(writer, record.id),
  );
  if (part !== null) throw differs(record.id, part);
  // A person may have built it, and discards it no more from here on.
  if (record.state === 'built' && record.handedOutAtMs === null) {
    await perform(treasury, driver, (work) => handOut(work, record.id));
  }
  return record;
}

async function build(call: CallOf, configured: Configured, { id }: PayoutRecord): Promise<ChainRecord> {
  const { stellar, treasury } = openOf(call);
  const driver = driverOf(call);
  const desk = stellar.deskOf(configured, driver);
  const hotKey = stellar.hotKeyOf(configured);
  const order = { payoutIds: [id], fits: () => 1, openS: OPEN_S };
  const record = await createPayoutTransaction(desk, hotKey ? await withinCaps(desk, hotKey, order) : order);
  if (record.handedOutAtMs === null) await perform(treasury, driver, (work) => handOut(work, record.id));
  return getTransaction(treasury.writer, record.id);
}

/**
 * An account nobody knows yet is a payee's proposed destination: a person confirms it before it is
 * paid. A contract is entered by somebody who knows what it does with money: what it cannot hand on,
 * it keeps for ever.
 */
async function record(
  call: CallOf,
  { rail }: Configured,
  asked: AskedPayout,
  idempotencyKey: string,
): Promise<PayoutRecord> {
  const { treasury, screening, addresses } = openOf(call);
  const { reference, to: destination, assetId, amountMinor } = asked;
  const { address } = destination;
  const known = await destinationAt(treasury.writer, destination);
  if (!known && rail.accountOf(address) === null) throw notAnAccount(address);
  const screened = known
    ? null
    : await screenAll(treasury.writer, screening, subjectsOf([{ name: address }], [destination]));
  return command(call, async (work) => {
    const to = known ?? (await newPayee(work, destination, screened));
    return requestPayout(work, { reference, assetId, amountMinor, idempotencyKey, ...to });
  });

  async function newPayee(work: Work, proposed: typeof destination, answers: Screened | null) {
    refuseInvalid(addresses, proposed);
    const row = { reference: `stellar:${address}`, name: address, destination: proposed };
    const payee = await (answers ? createPayee(work, row, answers) : createPayee(work, row));
    const [first] = payee.destinations;
    if (!first) throw new Error('A payee made with a destination has one');
    return { payeeId: payee.id, destinationId: first.id };
  }
}
