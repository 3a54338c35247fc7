import { policyInForce } from '../../../core/approvals/policy/versions.ts';
import type { DeviceAsked } from '../../../core/contract/chain.ts';
import { confirmSubmittedTransaction, discardTransaction } from '../../../core/payouts/chain/confirm.ts';
import { createPayoutTransaction, handOut } from '../../../core/payouts/chain/create.ts';
import {
  differs,
  notConfigured,
  simulationChanged,
  unknownTransaction,
  wrongState,
} from '../../../core/payouts/chain/errors.ts';
import { feeAccountSpent, paidBy } from '../../../core/payouts/chain/fee-account.ts';
import { withinCaps } from '../../../core/payouts/chain/hot-key.ts';
import { listTransactions } from '../../../core/payouts/chain/listed.ts';
import { planTransaction } from '../../../core/payouts/chain/plan.ts';
import { isAsApproved, refuseTampered, refuseUnproven } from '../../../core/payouts/chain/prove-again.ts';
import { type Queued, queueSignedTransaction, refuseSignerOf } from '../../../core/payouts/chain/queue-signed.ts';
import { paidBySource, raiseFee } from '../../../core/payouts/chain/raise-fee.ts';
import { reclaim } from '../../../core/payouts/chain/reclaim.ts';
import {
  type ChainRecord,
  getTransaction,
  isUnderWay,
  transactionsUnderWay,
} from '../../../core/payouts/chain/records.ts';
import { simulateAgain } from '../../../core/payouts/chain/simulate-again.ts';
import { submitQueuedTransaction } from '../../../core/payouts/chain/submit.ts';
import { planView, transactionView } from '../../../core/payouts/chain/views.ts';
import { startableNow } from '../../../core/payouts/start.ts';
import { weightForFees } from '../../../core/rails/chain.ts';
import type { BlindSigning } from '../../../core/rails/signer.ts';
import type { Reader } from '../../../core/store/tx.ts';
import { hotKeyAddress } from '../../rails/stellar/hot-key.ts';
import { largestBatch, PAYMENT_BYTES } from '../../signing/ledger/largest-batch.ts';
import { actorIn, type CallOf, command, driverOf, openOf, procedures } from '../calls.ts';
import { accountsOn, deviceAccount, signEnvelope } from '../chain-device.ts';
import { chainDocument } from '../chain-document.ts';
import { type AskedOrder, DEVICE_S, orderOf } from '../chain-order.ts';
import type { Configured } from '../stellar.ts';

const LATEST = 50;

async function deskOf(call: CallOf) {
  const { stellar } = openOf(call);
  const configured = await stellar.require();
  return { configured, desk: stellar.deskOf(configured, driverOf(call)), hotKey: stellar.hotKeyOf(configured) };
}

async function documentOf(call: CallOf, record: ChainRecord) {
  const { stellar, treasury } = openOf(call);
  const configured = await stellar.require();
  const { rail, networkPassphrase } = configured;
  if (record.network !== rail.network) throw unknownTransaction(record.id);
  const desk = stellar.deskOf(configured, { action: 'chain.get', actor: actorIn(call), origin: call.origin });
  // What is shown under way is shown to be signed or sent: it lies in the database meanwhile.
  const mayLeave = async () => !isUnderWay(record) || isAsApproved(desk, record);
  return chainDocument(treasury.writer, rail, networkPassphrase, record, mayLeave);
}

function progressOf({ record, progress }: Queued) {
  const signed = new Set(progress.signedBy.map(({ key }) => key));
  return {
    state: record.state,
    signers: record.authority.signers
      .filter(({ weight }) => weight > 0)
      .map(({ key, weight }) => ({ key, weight, signed: signed.has(key) })),
    weight: progress.weight,
    needed: progress.needed,
  };
}

export const chain = {
  overview: procedures.chain.overview.handler(async ({ context: { call } }) => {
    const { stellar, treasury } = openOf(call);
    const settings = await stellar.settings();
    const configured = await stellar.configured();
    const [secret] = settings.hotSecrets;
    const { due } = await startableNow(treasury.writer, 'stellar', treasury.clock.nowMs());
    const open = configured ? await transactionsUnderWay(treasury.writer, configured.rail.network, LATEST) : [];
    return {
      network: configured?.rail.network ?? null,
      networkPassphrase: configured?.networkPassphrase ?? null,
      source: settings.source,
      mode: configured ? settings.mode : null,
      contractId: settings.call?.contract ?? null,
      methodName: settings.call?.method ?? null,
      paysByCall: settings.paysByCall,
      fromEnvironment: [...settings.fromEnvironment],
      hotKey:
        settings.mode === 'hot_key' && secret !== undefined
          ? { publicKey: hotKeyAddress(secret), caps: settings.hotCaps.map(({ asset, amount }) => ({ asset, amount })) }
          : null,
      feeAccount: configured && (await feeAccountView(call, configured)),
      maxFeeMinor: settings.maxFeeMinor.toString(),
      open: open.map(transactionView),
      waiting: due.length,
    };
  }),

  list: procedures.chain.list.handler(async ({ context: { call }, input }) => {
    const { items, nextCursor } = await listTransactions(openOf(call).treasury.writer, input);
    return { items: items.map(transactionView), nextCursor };
  }),

  plan: procedures.chain.plan.handler(async ({ context: { call }, input }) => {
    const { stellar, treasury } = openOf(call);
    const configured = await stellar.require();
    const desk = stellar.deskOf(configured, { action: 'chain.plan', actor: actorIn(call), origin: call.origin });
    return planView(treasury.writer, desk.settings, await planTransaction(desk, await orderOf(treasury.writer, input)));
  }),

  build: procedures.chain.build.handler(async ({ context: { call }, input }) => {
    const { desk, hotKey } = await deskOf(call);
    const order = await orderOf(desk.treasury.writer, input);
    return transactionView(await createPayoutTransaction(desk, hotKey ? await withinCaps(desk, hotKey, order) : order));
  }),

  get: procedures.chain.get.handler(async ({ context: { call }, input }) =>
    documentOf(call, await getTransaction(openOf(call).treasury.writer, input.id)),
  ),

  handOut: procedures.chain.handOut.handler(async ({ context: { call }, input }) => {
    const { writer } = openOf(call).treasury;
    const record = await getTransaction(writer, input.id);
    await refuseDifferent(call, record);
    await refuseUnproven((await deskOf(call)).desk, record);
    await refuseOutdatedCall(call, record, {});
    return documentOf(call, await command(call, (work) => handOut(work, record.id)));
  }),

  signOnDevice: procedures.chain.signOnDevice.handler(async ({ context: { call }, input }) => {
    const { stellar, treasury } = openOf(call);
    const { rail, networkPassphrase } = await stellar.require();
    const record = await getTransaction(treasury.writer, input.id);
    if (record.state !== 'built' || record.mode !== 'signers') throw wrongState(record.id, record.state);
    await refuseSignerOf(treasury.writer, actorIn(call), record);
    await refuseDifferent(call, record);
    await refuseUnproven((await deskOf(call)).desk, record);
    const ledger = await stellar.device();
    if (record.call) await refuseOutdatedCall(call, record, { device: await ledger.status() });
    const asked = { path: input.path, blindSigning: await blindSigningOf(treasury.writer, record) };
    const xdr = await whileAsked(call, 'transaction', record.id, (stopped) =>
      signEnvelope(ledger, networkPassphrase, record.envelope, record, { ...asked, stopped }),
    );
    return progressOf(await command(call, (work) => queueSignedTransaction(work, rail, { id: record.id, xdr })));
  }),

  queueSigned: procedures.chain.queueSigned.handler(async ({ context: { call }, input }) => {
    const { configured, desk } = await deskOf(call);
    const record = await getTransaction(desk.treasury.writer, input.id);
    if (record.state === 'built') await refuseTampered(desk, record);
    return progressOf(await command(call, (work) => queueSignedTransaction(work, configured.rail, input)));
  }),

  simulateAgain: procedures.chain.simulateAgain.handler(async ({ context: { call }, input }) => {
    const { desk } = await deskOf(call);
    const order = await orderOf(desk.treasury.writer, input);
    const { record, changed } = await simulateAgain(desk, input.id, order);
    return { transaction: transactionView(record), changed };
  }),

  submit: procedures.chain.submit.handler(async ({ context: { call }, input }) => {
    const { desk } = await deskOf(call);
    return transactionView(await submitQueuedTransaction(desk, input.id));
  }),

  confirm: procedures.chain.confirm.handler(async ({ context: { call }, input }) => {
    const { desk } = await deskOf(call);
    return transactionView(await confirmSubmittedTransaction(desk, input.id));
  }),

  discard: procedures.chain.discard.handler(async ({ context: { call }, input }) =>
    transactionView(await command(call, (work) => discardTransaction(work, input.id))),
  ),

  reclaim: procedures.chain.reclaim.handler(async ({ context: { call }, input }) => {
    const { desk } = await deskOf(call);
    return transactionView(await reclaim(desk, { payoutId: input.payoutId, openS: DEVICE_S }));
  }),

  bump: procedures.chain.bump.handler(async ({ context: { call }, input }) => {
    const { configured, desk, hotKey } = await deskOf(call);
    const { stellar } = openOf(call);
    const feeAccount = stellar.feeAccountOf(configured);
    if (!feeAccount && input.paidBy === 'fee_account') throw notConfigured('PAYOUT_FEE_ACCOUNT');
    const sign = async (envelope: string, record: ChainRecord) =>
      hotKey
        ? hotKey.signer.sign(envelope, record.authority)
        : whileAsked(call, 'transaction', record.id, async (stopped) =>
            signEnvelope(await stellar.device(), configured.networkPassphrase, envelope, record, {
              alone: weightForFees(record.authority),
              stopped,
            }),
          );
    const payer =
      feeAccount && input.paidBy !== 'source' ? paidBy(desk, feeAccount) : paidBySource(configured.source, sign);
    return transactionView(await raiseFee(desk, input.id, payer));
  }),
};

async function feeAccountView(call: CallOf, configured: Configured) {
  const { stellar, treasury } = openOf(call);
  const account = stellar.feeAccountOf(configured);
  if (!account) return null;
  const { address, dailyCapMinor } = account;
  const spent = await feeAccountSpent(treasury.writer, address, treasury.clock.nowMs());
  return { address, dailyCapMinor: dailyCapMinor.toString(), spentMinor: spent.toString() };
}

/** Every window sees what the Ledger is asked, and by whom. */
function whileAsked<T>(
  call: CallOf,
  about: DeviceAsked['about'],
  of: string,
  ask: (stopped: AbortSignal) => Promise<T>,
): Promise<T> {
  const { stellar, treasury } = openOf(call);
  const asked = { about, of, by: actorIn(call).name, sinceMs: treasury.clock.nowMs() };
  return stellar.askedOnDevice.during(asked, ask);
}

/** Before anybody signs it: the bytes are the approved payouts, and nothing else. */
async function refuseDifferent(call: CallOf, record: ChainRecord): Promise<void> {
  const document = await documentOf(call, record);
  if (!document.agrees)
    throw differs(record.id, document.operations.find((one) => one.differs)?.differs ?? 'transaction');
}

/** What a contract call needs may have changed while people read: then they read what was built instead. */
async function refuseOutdatedCall(call: CallOf, record: ChainRecord, asked: AskedOrder): Promise<void> {
  if (!record.call) return;
  const { desk } = await deskOf(call);
  const order = await orderOf(desk.treasury.writer, asked);
  const { record: now, changed } = await simulateAgain(desk, record.id, order);
  if (changed) throw simulationChanged(now.id);
}

/** What the app cannot show is signed where the policy in force names the contract, and nowhere else. */
async function blindSigningOf(reader: Reader, { call }: ChainRecord): Promise<BlindSigning> {
  if (!call) return 'refused';
  const { blindSigning = [] } = (await policyInForce(reader)).terms;
  return blindSigning.includes(call.contract) ? 'allowed' : 'refused';
}

export const device = {
  status: procedures.device.status.handler(async ({ context: { call } }) => {
    const { version, blindSigning, dataBytesMax } = await (await openOf(call).stellar.device()).status();
    const most = (bytes: number) =>
      largestBatch({ version, dataBytesMax }, { operationBytes: Array.from({ length: 100 }, () => bytes) });
    return {
      version,
      blindSigning,
      dataBytesMax,
      paymentsMax: { native: most(PAYMENT_BYTES.native), issued: most(PAYMENT_BYTES.issued) },
    };
  }),

  accounts: procedures.device.accounts.handler(async ({ context: { call }, input }) => {
    const { stellar } = openOf(call);
    const found = await accountsOn(await stellar.device(), input.first ?? 0);
    const configured = await stellar.configured();
    const facts = configured && (await configured.rail.online.accounts([configured.source])).get(configured.source);
    return found.map(({ path, address }) => ({
      path,
      address,
      // Unknown only where the network has no such source.
      weight: facts ? (facts.signers.find(({ key }) => key === address)?.weight ?? 0) : null,
    }));
  }),

  verifyAddress: procedures.device.verifyAddress.handler(async ({ context: { call }, input }) => {
    const ledger = await openOf(call).stellar.device();
    const account = deviceAccount(input.path, input.address);
    await whileAsked(call, 'address', input.path, () => ledger.verifyAddress(account));
    await command(call, async (work) => {
      work.audit({
        action: 'device.verify_address',
        subject: 'device',
        details: { path: input.path, address: input.address },
      });
    });
    return {};
  }),

  asked: procedures.device.asked.handler(({ context: { call } }) => openOf(call).stellar.askedOnDevice.now),

  stop: procedures.device.stop.handler(async ({ context: { call } }) => {
    const { stellar } = openOf(call);
    const asked = stellar.askedOnDevice.now;
    await command(call, async (work) => {
      work.audit({
        action: 'device.stop',
        subject: 'device',
        details: { about: asked?.about ?? null, of: asked?.of ?? null },
      });
    });
    return { stopped: await stellar.stopAsking() };
  }),
};
