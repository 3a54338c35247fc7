/** Payments that go out as transactions the treasury builds, has signed and submits itself. */
import { z } from 'zod';
import { callTerms } from './contract-calls.ts';
import { memo } from './payees.ts';
import { paymentMethod } from './policy-terms.ts';
import { command, query } from './procedure.ts';
import { hex, idempotencyKey, idText, minorUnits, page, pageInput, shortText, timeMs } from './words.ts';

/**
 * - `built`      written down with its payouts; signatures may be missing, and its XDR may be in other hands.
 * - `signed`     signed by enough signers; the very bytes that will be submitted are kept.
 * - `submitted`  the network was told, perhaps; only its hash tells.
 * - `confirmed`  in a ledger, and successful.
 * - `failed`     in a ledger, and without effect but for its fee.
 * - `expired`    its time is over, and it is provably in no ledger; or nobody can prove anything, and its
 *                payouts are quarantined.
 */
export const CHAIN_STATES = ['built', 'signed', 'submitted', 'confirmed', 'failed', 'expired'] as const;
export const chainState = z.enum(CHAIN_STATES);
export type ChainState = z.infer<typeof chainState>;

/** Who puts a transaction into the world: nobody here, its registered signers, or a key in this program. */
export const CHAIN_MODES = ['build_only', 'signers', 'hot_key'] as const;
export const chainMode = z.enum(CHAIN_MODES);
export type ChainMode = z.infer<typeof chainMode>;

/** To pay payouts, or to take back balances that nobody claimed. */
export const CHAIN_PURPOSES = ['pay', 'reclaim'] as const;
export const chainPurpose = z.enum(CHAIN_PURPOSES);
export type ChainPurpose = z.infer<typeof chainPurpose>;

/** Why a payment is left out of a transaction before anybody signs. */
export const HELD_BACK = [
  'destination.missing',
  'destination.exists',
  'destination.no_trust',
  'destination.not_authorized',
  'destination.full',
  'destination.memo_required',
  'destination.contract',
  'destination.below_reserve',
  'destination.own',
  'destination.name_moved',
  'destination.muxed',
  'source.missing',
  'source.no_trust',
  'source.not_authorized',
  'source.underfunded',
  'asset.other_network',
  'contract.no_simulation',
  'contract.missing',
  'contract.method',
  'contract.arguments',
  'contract.refused',
  'contract.archived',
  'contract.other_auth',
  'contract.does_not_pay',
  'contract.too_large',
  'contract.blind_signing',
] as const;
export const heldBackWhy = z.enum(HELD_BACK);
export type HeldBackWhy = z.infer<typeof heldBackWhy>;

/** How many payments the signer can take at once, where it is a device. */
const deviceLimits = z.strictObject({ version: z.string().max(20), dataBytesMax: z.int().min(512).max(1_000_000) });

export const chainTransaction = z.strictObject({
  id: z.string(),
  network: z.string(),
  purpose: chainPurpose,
  mode: chainMode,
  state: chainState,
  source: z.string(),
  /** A whole number of 64 bits, as text. */
  sequence: minorUnits,
  hash: hex(32),
  payments: z.int(),
  /** The contract that makes all of its payments in one call; null where they are operations of its own. */
  call: callTerms.nullable(),
  /** The part of its fee that the call's resources take. */
  resourceFeeMinor: minorUnits,
  /** When the call was tried out last. */
  simulatedAtMs: timeMs.nullable(),
  /** The most it can cost, in stroops. */
  feeMinor: minorUnits,
  /** What it did cost; null before it is in a ledger. */
  feeChargedMinor: minorUnits.nullable(),
  /** Whose account it was taken from: another than the source where it was outbid by a fee account. */
  feeSource: z.string().nullable(),
  /** After it no ledger takes the transaction any more. */
  maxTimeMs: timeMs,
  /** True from when its XDR was given out: from then on anybody may have it signed and submitted. */
  handedOut: z.boolean(),
  submissions: z.int(),
  ledger: z.int().nullable(),
  /** What the network, or its lasting silence, said last: `tx_failed op_no_trust`. */
  words: z.string().nullable(),
  builtBy: z.string(),
  builtAtMs: timeMs,
  submittedAtMs: timeMs.nullable(),
  endedAtMs: timeMs.nullable(),
});
export type ChainTransaction = z.infer<typeof chainTransaction>;

const plannedPayment = z.strictObject({
  payoutId: z.string(),
  reference: z.string(),
  payee: z.string(),
  address: z.string(),
  memo: memo.nullable(),
  assetId: z.string(),
  assetCode: z.string(),
  amountMinor: minorUnits,
  method: paymentMethod,
  reclaimAfterS: z.int().nullable(),
});
export type PlannedPayment = z.infer<typeof plannedPayment>;

const total = z.strictObject({ assetId: z.string(), assetCode: z.string(), count: z.int(), amountMinor: minorUnits });

export const chainPlan = z.strictObject({
  mode: chainMode,
  source: z.string(),
  memo: memo.nullable(),
  payments: z.array(plannedPayment),
  totals: z.array(total),
  /** The contract that would make them; null where they are ordinary operations. */
  call: callTerms.nullable(),
  /** The first bid, for the whole of it. */
  feeMinor: minorUnits,
  heldBack: z.array(
    z.strictObject({
      payoutId: z.string(),
      reference: z.string(),
      why: heldBackWhy,
      /** In the contract's own words, where it was that which refused. */
      said: z.string().nullable(),
    }),
  ),
  /** What could start and does not fit into this transaction: they come with the next. */
  later: z.int(),
});
export type ChainPlan = z.infer<typeof chainPlan>;

/** One operation as it stands in the bytes, beside the payout it pays, or whose amount it takes back. */
const documentOperation = z.strictObject({
  position: z.int(),
  type: z.string(),
  /** Another account than the transaction's source that acts; there should be none. */
  source: z.string().nullable(),
  /** What it does, decoded from the bytes, with addresses and amounts in full. */
  words: z.string(),
  payout: plannedPayment.nullable(),
  /** The payouts that a contract call pays, in the order of its arguments; empty for anything else. */
  pays: z.array(plannedPayment),
  /** The first thing in which the bytes differ from the approved payout; null where nothing does. */
  differs: z.string().nullable(),
});

const signer = z.strictObject({ key: z.string(), weight: z.int(), signed: z.boolean() });

/** A transaction with all that is shown before signing, decoded from the bytes that are signed. */
export const chainDocument = chainTransaction.extend({
  networkPassphrase: z.string(),
  hashWords: z.array(z.string()),
  memo: z.strictObject({ type: z.string(), value: z.string() }).nullable(),
  operations: z.array(documentOperation),
  /** False when the bytes are not exactly the approved payouts: then nothing is signed. */
  agrees: z.boolean(),
  signers: z.array(signer),
  weight: z.int(),
  needed: z.int(),
  /** Null until it was handed out, or was signed. */
  xdr: z.string().nullable(),
  sep7: z.string().nullable(),
  /** How large the bytes are that a device is given. */
  signedBytes: z.int(),
  minTimeMs: timeMs,
  /** Higher bids that were signed, oldest first: whichever a ledger takes, it is the same transaction. */
  bumps: z.array(z.strictObject({ hash: hex(32), feeSource: z.string(), feeMinor: minorUnits, builtAtMs: timeMs })),
});
export type ChainDocument = z.infer<typeof chainDocument>;

const progress = z.strictObject({
  state: chainState,
  signers: z.array(signer),
  weight: z.int(),
  needed: z.int(),
});

/** Stellar's own notation: up to seven decimals, no sign, no exponent. */
const stellarAmount = z.string().max(40).meta({ example: '100.5000000' });

const SIGNERS = ['signer'] as const;
const id = z.strictObject({ id: idText });

export const chain = {
  overview: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/chain', tags: ['chain'], summary: 'How Stellar payments are made here' })
    .output(
      z.strictObject({
        /** Null where no network or source is configured. */
        network: z.string().nullable(),
        networkPassphrase: z.string().nullable(),
        source: z.string().nullable(),
        mode: chainMode.nullable(),
        contractId: z.string().nullable(),
        methodName: z.string().nullable(),
        /** Whether plain accounts are paid through the contract where nobody says how. */
        paysByCall: z.boolean(),
        /** Names of the settings that come from the environment. */
        fromEnvironment: z.array(z.string()),
        hotKey: z
          .strictObject({
            publicKey: z.string(),
            /** For a day: `XLM`, or code and issuer, and how much in decimals. */
            caps: z.array(z.strictObject({ asset: z.string(), amount: z.string() })),
          })
          .nullable(),
        /** Pays for higher bids; what it has spent, and may still be charged, within a day. */
        feeAccount: z
          .strictObject({ address: z.string(), dailyCapMinor: minorUnits, spentMinor: minorUnits })
          .nullable(),
        maxFeeMinor: minorUnits,
        open: z.array(chainTransaction),
        /** Approved, due, and waiting for a transaction. */
        waiting: z.int(),
      }),
    ),

  list: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/chain/transactions', tags: ['chain'], summary: 'Transactions, newest first' })
    .input(
      z.strictObject({
        ...pageInput,
        state: chainState.optional(),
        /** The beginning of a hash; or a payout in it, by part of its reference or its payee's name. */
        q: z.string().trim().max(200).optional(),
      }),
    )
    .output(page(chainTransaction)),

  /** What would be built now; asks the network, writes nothing. */
  plan: query(['signer', 'operator', 'controller', 'admin'])
    .route({ method: 'POST', path: '/api/chain/plan', tags: ['chain'], summary: 'What would be built now' })
    .input(z.strictObject({ device: deviceLimits.optional(), paymentsMax: z.int().min(1).max(100).optional() }))
    .output(chainPlan),

  /** Builds the next transaction and begins its payouts. */
  build: command(SIGNERS, 'chain.build', { secondFactor: true })
    .route({ method: 'POST', path: '/api/chain/transactions', tags: ['chain'], summary: 'Build the next transaction' })
    .input(
      z.strictObject({
        payoutIds: z.array(idText).min(1).max(1_000).optional(),
        device: deviceLimits.optional(),
        paymentsMax: z.int().min(1).max(100).optional(),
        /** How long signatures may take to collect; half an hour for a device unless said otherwise. */
        openMinutes: z
          .int()
          .min(5)
          .max(72 * 60)
          .optional(),
      }),
    )
    .output(chainTransaction),

  get: query('staff')
    .route({ method: 'GET', path: '/api/chain/transactions/{id}', tags: ['chain'], summary: 'One, decoded' })
    .input(id)
    .output(chainDocument),

  /** Gives its XDR out, to be signed elsewhere: from then on only the end of its time makes it void. */
  handOut: command(SIGNERS, 'chain.hand_out')
    .route({
      method: 'POST',
      path: '/api/chain/transactions/{id}/hand-out',
      tags: ['chain'],
      summary: 'Give its XDR out',
    })
    .input(id)
    .output(chainDocument),

  signOnDevice: command(SIGNERS, 'chain.sign_on_device', { secondFactor: true })
    .input(z.strictObject({ id: idText, path: z.string().max(60).optional() }))
    .output(progress),

  queueSigned: command(SIGNERS, 'chain.queue_signed', { secondFactor: true })
    .input(z.strictObject({ id: idText, xdr: z.string().max(1_100_000) }))
    .output(progress),

  submit: command(SIGNERS, 'chain.submit')
    .route({
      method: 'POST',
      path: '/api/chain/transactions/{id}/submit',
      tags: ['chain'],
      summary: 'Submit what is signed',
    })
    .input(id)
    .output(chainTransaction),

  /** Tries a contract call out again before it is reviewed. Where it needs something else by now, it is built anew. */
  simulateAgain: command(SIGNERS, 'chain.simulate')
    .route({
      method: 'POST',
      path: '/api/chain/transactions/{id}/simulate',
      tags: ['chain'],
      summary: 'Try its contract call out again',
    })
    .input(z.strictObject({ id: idText, device: deviceLimits.optional() }))
    .output(z.strictObject({ transaction: chainTransaction, changed: z.boolean() })),

  /** Looks for it on the network once. */
  confirm: command(['signer', 'operator', 'controller', 'admin'], 'chain.confirm')
    .route({ method: 'POST', path: '/api/chain/transactions/{id}/confirm', tags: ['chain'], summary: 'Look for it' })
    .input(id)
    .output(chainTransaction),

  /** Only one that nobody has signed and whose XDR was never given out: no other proof is needed for it. */
  discard: command(SIGNERS, 'chain.discard')
    .route({
      method: 'POST',
      path: '/api/chain/transactions/{id}/discard',
      tags: ['chain'],
      summary: 'Discard it unsigned',
    })
    .input(id)
    .output(chainTransaction),

  /** Builds the transaction that takes back what the payee did not claim in time. */
  reclaim: command(SIGNERS, 'chain.reclaim', { secondFactor: true })
    .route({
      method: 'POST',
      path: '/api/payouts/{payoutId}/reclaim',
      tags: ['chain'],
      summary: 'Take back what was not claimed',
    })
    .input(z.strictObject({ payoutId: idText }))
    .output(chainTransaction),

  /** Replaces one that waits too long: the same payments, a higher fee. */
  bump: command(SIGNERS, 'chain.bump', { secondFactor: true })
    .route({ method: 'POST', path: '/api/chain/transactions/{id}/bump', tags: ['chain'], summary: 'Raise its fee' })
    .input(
      z.strictObject({
        id: idText,
        /** The fee account where there is one, unless said otherwise. */
        paidBy: z.enum(['fee_account', 'source']).optional(),
      }),
    )
    .output(chainTransaction),
};

/** What a person is asked on the Ledger. */
export const deviceAsked = z.strictObject({
  about: z.enum(['transaction', 'address']),
  /** The transaction to sign, or the path of the key whose address is compared. */
  of: z.string(),
  /** Who began it, and when. */
  by: z.string(),
  sinceMs: timeMs,
});
export type DeviceAsked = z.infer<typeof deviceAsked>;

/** The Ledger at this machine. What is the matter with it comes as a `device.…` refusal. */
export const device = {
  status: query('staff').output(
    z.strictObject({
      version: z.string(),
      blindSigning: z.boolean(),
      dataBytesMax: z.int(),
      /** Of the network's own asset, and of any other. */
      paymentsMax: z.strictObject({ native: z.int(), issued: z.int() }),
    }),
  ),

  /** Its first accounts, and which of them may sign for the source. */
  accounts: query('staff')
    .input(z.strictObject({ first: z.int().min(0).max(1_000).optional() }))
    .output(z.array(z.strictObject({ path: z.string(), address: z.string(), weight: z.int().nullable() }))),

  /** Shows the address on the device, where the person compares it. */
  verifyAddress: command('staff', 'device.verify_address')
    .input(z.strictObject({ path: z.string().max(60), address: z.string().max(60) }))
    .output(z.strictObject({})),

  /** Null while nobody is asked anything on it. */
  asked: query('staff').output(deviceAsked.nullable()),

  /** Nothing is taken from it any more for what it was asked; what its screen still shows is to be rejected there. */
  stop: command(SIGNERS, 'device.stop').output(z.strictObject({ stopped: z.boolean() })),
};

const builtForOthers = z.strictObject({
  status: z.literal('built'),
  payoutId: z.string(),
  transactionId: z.string(),
  state: chainState,
  xdr: z.string(),
  hash: hex(32),
  networkPassphrase: z.string(),
  source: z.string(),
  sequence: minorUnits,
  feeMinor: minorUnits,
  /** Seconds. */
  timeBounds: z.strictObject({ minTime: z.int(), maxTime: z.int() }),
});

/** What other programs use. */
export const chainExecution = {
  create: command(['operator'], 'chain.create', { service: true })
    .route({
      method: 'POST',
      path: '/api/payouts/create',
      tags: ['payouts'],
      summary: 'The transaction of an approved payout; otherwise the payout is requested',
      outputStructure: 'detailed',
    })
    .input(
      z.strictObject({
        /** The caller's own reference of the payout. */
        payoutId: shortText,
        destinationAccount: z.string().trim().min(1).max(200),
        amount: stellarAmount,
        /** `XLM`, or `CODE:ISSUER`. */
        asset: z.string().trim().min(1).max(80),
        idempotencyKey,
      }),
    )
    .output(
      z.union([
        z.strictObject({ status: z.literal(200), body: builtForOthers }),
        /** Recorded; it waits for approvals first. */
        z.strictObject({
          status: z.literal(202),
          body: z.strictObject({ status: z.literal('pending'), payoutId: z.string() }),
        }),
      ]),
    ),

  submitSigned: command(['operator', 'signer'], 'chain.submit_signed', { service: true })
    .route({
      method: 'POST',
      path: '/api/payouts/{id}/submit-signed',
      tags: ['payouts'],
      summary: 'The signed transaction of a payout: the one that was built, and no other',
    })
    .input(z.strictObject({ id: z.string().min(1).max(200), signedXdr: z.string().max(1_100_000) }))
    .output(chainTransaction),
};
