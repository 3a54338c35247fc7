/** What the app shows of each operation. */
import type { xdr } from '@stellar/stellar-sdk/base';
import type { Field } from './pages.ts';
import type { Transaction } from './payload.ts';
import {
  account,
  amount,
  assetCode,
  assetName,
  bareAmount,
  codeOf,
  hex,
  isSigner,
  muxed,
  price,
  shortened,
  textOrBase64,
} from './print.ts';
import { type Told, tellHostFunction, tellNested } from './review-contract.ts';
import { revokeSponsorshipFields, setOptionsFields, trustLineFlags, withFlags } from './review-settings.ts';

export interface ToldOperation {
  readonly fields: readonly Field[];
  readonly contract: boolean;
  readonly blind: boolean;
}

const NOTHING: Told = { fields: [], blind: false };
const LIMIT_MAX = 2n ** 63n - 1n;

export function operationFields(operation: xdr.Operation, transaction: Transaction, signer: Uint8Array): ToldOperation {
  const source = sourceField(operation, transaction, signer);
  const { body } = operation;
  const fields = [...bodyFields(body, operation, transaction), ...source];
  if (body.type !== 'invokeHostFunction') return { fields, contract: false, blind: false };
  const { hostFunction, auth } = body.invokeHostFunctionOp;
  // What a new contract may call is not shown.
  const nested = hostFunction.type === 'hostFunctionTypeInvokeContract' ? tellNested(auth) : NOTHING;
  const blind = tellHostFunction(hostFunction).blind || nested.blind;
  return { fields: [...fields, ...nested.fields], contract: true, blind };
}

function sourceField({ sourceAccount }: xdr.Operation, transaction: Transaction, signer: Uint8Array): readonly Field[] {
  if (sourceAccount === null) return [];
  const own = transaction.feeBump === null && isSigner(transaction.source, signer) && isSigner(sourceAccount, signer);
  return [{ title: 'Op Source', value: own ? shortened(muxed(sourceAccount), 6, 6) : muxed(sourceAccount) }];
}

function bodyFields(
  body: xdr.OperationBody,
  operation: xdr.Operation,
  { network, source }: Transaction,
): readonly Field[] {
  const worth = (minor: bigint, asset: xdr.Asset) => amount(minor, asset, network);
  switch (body.type) {
    case 'createAccount': {
      const { destination, startingBalance } = body.createAccountOp;
      const balance = `${bareAmount(startingBalance)} ${network === 'Unknown' ? 'native' : 'XLM'}`;
      return [type('Create Account'), at('Destination', account(destination)), at('Starting Balance', balance)];
    }
    case 'payment': {
      const { destination, asset, amount: minor } = body.paymentOp;
      return [at('Send', worth(minor, asset)), at('Destination', muxed(destination))];
    }
    case 'pathPaymentStrictReceive': {
      const { sendMax, sendAsset, destination, destAmount, destAsset } = body.pathPaymentStrictReceiveOp;
      return [
        at('Send Max', worth(sendMax, sendAsset)),
        at('Destination', muxed(destination)),
        at('Receive', worth(destAmount, destAsset)),
      ];
    }
    case 'pathPaymentStrictSend': {
      const { sendAmount, sendAsset, destination, destMin, destAsset } = body.pathPaymentStrictSendOp;
      return [
        at('Send', worth(sendAmount, sendAsset)),
        at('Destination', muxed(destination)),
        at('Receive Min', worth(destMin, destAsset)),
      ];
    }
    case 'manageSellOffer': {
      const { selling, buying, amount: minor, price: asked, offerId } = body.manageSellOfferOp;
      if (minor === 0n) return [at('Remove Offer', String(offerId))];
      return [
        offer(offerId),
        at('Buy', assetName(buying, network)),
        at('Sell', worth(minor, selling)),
        at('Price', `${price(asked)} ${assetCode(buying, network)}/${assetCode(selling, network)}`),
      ];
    }
    case 'manageBuyOffer': {
      const { selling, buying, buyAmount, price: asked, offerId } = body.manageBuyOfferOp;
      if (buyAmount === 0n) return [at('Remove Offer', String(offerId))];
      return [
        offer(offerId),
        at('Sell', assetName(selling, network)),
        at('Buy', worth(buyAmount, buying)),
        at('Price', `${price(asked)} ${assetCode(selling, network)}/${assetCode(buying, network)}`),
      ];
    }
    case 'createPassiveSellOffer': {
      const { selling, buying, amount: minor, price: asked } = body.createPassiveSellOfferOp;
      return [
        type('Create Passive Sell Offer'),
        at('Buy', assetName(buying, network)),
        at('Sell', worth(minor, selling)),
        at('Price', `${price(asked)} ${assetCode(buying, network)}/${assetCode(selling, network)}`),
      ];
    }
    case 'setOptions':
      return setOptionsFields(body.setOptionsOp);
    case 'changeTrust':
      return changeTrustFields(body.changeTrustOp, network);
    case 'allowTrust': {
      const { trustor, asset, authorize } = body.allowTrustOp;
      const code = asset.type === 'assetTypeCreditAlphanum4' ? asset.assetCode4 : asset.assetCode12;
      return [
        type('Allow Trust'),
        at('Trustor', account(trustor)),
        at('Asset Code', codeOf(code.value)),
        at('Authorize Flag', trustLineFlags(authorize)[0] ?? 'UNAUTHORIZED'),
      ];
    }
    case 'accountMerge':
      return [
        type('Account Merge'),
        at('Merge Account', muxed(operation.sourceAccount ?? source)),
        at('Destination', muxed(body.destination)),
      ];
    case 'inflation':
      return [type('Inflation')];
    case 'manageData':
      return manageDataFields(body.manageDataOp);
    case 'bumpSequence':
      return [type('Bump Sequence'), at('Bump To', String(body.bumpSequenceOp.bumpTo))];
    case 'createClaimableBalance': {
      const { asset, amount: minor } = body.createClaimableBalanceOp;
      return [
        type('Create Claimable Balance'),
        at('Balance', worth(minor, asset)),
        at('WARNING', 'Currently does not support displaying claimant details'),
      ];
    }
    case 'claimClaimableBalance':
      return [
        type('Claim Claimable Balance'),
        at('Balance ID', shortened(hex(body.claimClaimableBalanceOp.balanceId.toXdr()), 12, 12)),
      ];
    case 'beginSponsoringFutureReserves':
      return [
        type('Begin Sponsoring Future Reserves'),
        at('Sponsored ID', account(body.beginSponsoringFutureReservesOp.sponsoredId)),
      ];
    case 'endSponsoringFutureReserves':
      return [type('End Sponsoring Future Reserves')];
    case 'revokeSponsorship':
      return revokeSponsorshipFields(body.revokeSponsorshipOp, network);
    case 'clawback': {
      const { asset, from, amount: minor } = body.clawbackOp;
      return [type('Clawback'), at('Clawback Balance', worth(minor, asset)), at('From', muxed(from))];
    }
    case 'clawbackClaimableBalance':
      return [
        type('Clawback Claimable Balance'),
        at('Balance ID', hex(body.clawbackClaimableBalanceOp.balanceId.toXdr())),
      ];
    case 'setTrustLineFlags': {
      const { trustor, asset, clearFlags, setFlags } = body.setTrustLineFlagsOp;
      return [
        type('Set Trust Line Flags'),
        at('Trustor', account(trustor)),
        at('Asset', assetName(asset, network)),
        withFlags('Clear Flags', trustLineFlags(clearFlags)),
        withFlags('Set Flags', trustLineFlags(setFlags)),
      ];
    }
    case 'liquidityPoolDeposit': {
      const { liquidityPoolId, maxAmountA, maxAmountB, minPrice, maxPrice } = body.liquidityPoolDepositOp;
      return [
        type('Liquidity Pool Deposit'),
        at('Liquidity Pool ID', hex(liquidityPoolId.value)),
        at('Max Amount A', bareAmount(maxAmountA)),
        at('Max Amount B', bareAmount(maxAmountB)),
        at('Min Price', price(minPrice)),
        at('Max Price', price(maxPrice)),
      ];
    }
    case 'liquidityPoolWithdraw': {
      const { liquidityPoolId, amount: minor, minAmountA, minAmountB } = body.liquidityPoolWithdrawOp;
      return [
        type('Liquidity Pool Withdraw'),
        at('Liquidity Pool ID', hex(liquidityPoolId.value)),
        at('Amount', bareAmount(minor)),
        at('Min Amount A', bareAmount(minAmountA)),
        at('Min Amount B', bareAmount(minAmountB)),
      ];
    }
    case 'invokeHostFunction':
      return [...tellHostFunction(body.invokeHostFunctionOp.hostFunction).fields];
    case 'extendFootprintTtl':
      return [at('Soroban', 'Extend Footprint TTL')];
    case 'restoreFootprint':
      return [at('Soroban', 'Restore Footprint')];
  }
}

function changeTrustFields({ line, limit }: xdr.ChangeTrustOp, network: Transaction['network']): readonly Field[] {
  const title = limit === 0n ? 'Remove Trust' : 'Change Trust';
  const limited = limit === 0n || limit === LIMIT_MAX ? [] : [at('Trust Limit', bareAmount(limit))];
  if (line.type !== 'assetTypePoolShare') return [at(title, assetName(line, network)), ...limited];
  const { assetA, assetB, fee } = line.liquidityPool.constantProduct;
  return [
    at(title, 'Liquidity Pool Asset'),
    at('Asset A', assetName(assetA, network)),
    at('Asset B', assetName(assetB, network)),
    at('Pool Fee Rate', `${fee / 100}%`),
    ...limited,
  ];
}

function manageDataFields({ dataName, dataValue }: xdr.ManageDataOp): readonly Field[] {
  const name = Buffer.from(dataName.bytes).toString('latin1');
  if (dataValue === null || dataValue.value.length === 0) return [at('Remove Data', name)];
  const [value, note] = textOrBase64(dataValue.value);
  return [at('Set Data', name), at(`Data Value${note}`, value)];
}

function offer(id: bigint): Field {
  return id === 0n ? at('Create Offer', 'Type Active') : at('Change Offer', String(id));
}

function type(value: string): Field {
  return at('Operation Type', value);
}

function at(title: string, value: string): Field {
  return { title, value };
}
