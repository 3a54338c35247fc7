import { createHash } from 'node:crypto';
import { Keypair, Operation } from '@stellar/stellar-sdk';
import { expect, it } from 'vitest';
import { confirmSubmittedTransaction } from '../../../../core/payouts/chain/confirm.ts';
import { createPayoutTransaction } from '../../../../core/payouts/chain/create.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import type { ChainPayment } from '../../../../core/rails/chain.ts';
import { type DeviceLimits, largestBatch, PAYMENT_BYTES } from '../../../../main/signing/ledger/largest-batch.ts';
import { directNetwork } from '../../../support/chain-network.ts';
import { chainTreasury, HALF_AN_HOUR_S, STROOPS } from '../../../support/chain-treasury.ts';
import { stellarWorld } from '../../../support/stellar-world.ts';
import { openerOf } from '../../../support/stores.ts';

const open = openerOf('sqlite');
/** A thousand of them are 29 and 12. */
const PAYOUTS = 180;

const fitsOn = (device: DeviceLimits) => (payments: readonly ChainPayment[]) =>
  largestBatch(device, {
    operationBytes: payments.map(({ asset }) => (asset.issuer === null ? PAYMENT_BYTES.native : PAYMENT_BYTES.issued)),
  });

it.each([
  { device: { version: '5.6.0', dataBytesMax: 10_240 }, confirmations: 6 },
  { device: { version: '6.0.0', dataBytesMax: 8_192 }, confirmations: 3 },
])(
  'pays 180 in USDC with $confirmations confirmations on a device as $device.version',
  { timeout: 300_000 },
  async ({ device, confirmations }) => {
    const world = await stellarWorld();
    try {
      const t = await chainTreasury(await open(), world, {
        around: (rail) => ({ ...rail, online: directNetwork(world.network, () => null) }),
      });
      for (let index = 0; index < PAYOUTS; index++) {
        const pair = Keypair.fromRawEd25519Seed(createHash('sha256').update(`payee ${index}`).digest());
        world.network.fund(pair.publicKey());
        world.act(pair, [Operation.changeTrust({ asset: world.network.usdc })]);
        await t.approved(pair.publicKey(), STROOPS, { asset: t.usdc });
      }
      let built = 0;
      for (let left = PAYOUTS; left > 0; built++) {
        const record = await createPayoutTransaction(t.desk, { fits: fitsOn(device), openS: HALF_AN_HOUR_S });
        await t.queue(record);
        await submitQueuedTransaction(t.desk, record.id);
        t.pass(5_000);
        expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'confirmed' });
        left -= record.payments;
      }
      expect(built).toBe(confirmations);
    } finally {
      await world.close();
    }
  },
);
