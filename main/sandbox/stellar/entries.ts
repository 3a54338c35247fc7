/** What the network knows, in the form it is handed out: XDR of ledger entries, metas and headers. */
import { Asset, Keypair, StrKey, xdr } from '@stellar/stellar-sdk';
import type { LedgerRecord, StellarNetwork, TransactionRecord } from './network.ts';
import { CALL_WRITES_MAX } from './transactions.ts';
import { type Account, type ClaimableBalance, keyOfAsset, subentriesOf } from './world.ts';

export interface Entry {
  readonly data: xdr.LedgerEntryData;
  readonly modifiedIn: number;
}

/** Null where there is no such thing, and for kinds this network does not keep. */
export function entryOf(network: StellarNetwork, key: xdr.LedgerKey): Entry | null {
  const { world } = network;
  switch (key.type) {
    case 'account': {
      const account = world.accounts.get(addressOf(key.account.accountId));
      return account ? { data: accountEntry(account), modifiedIn: account.modifiedIn } : null;
    }
    case 'trustline': {
      const account = world.accounts.get(addressOf(key.trustLine.accountId));
      const asset = assetOfTrustline(key.trustLine.asset);
      return account && asset ? trustlineEntry(account, asset) : null;
    }
    case 'data': {
      const account = world.accounts.get(addressOf(key.data.accountId));
      const name = String(key.data.dataName);
      const value = account?.data.get(name);
      return account && value ? { data: dataEntry(account, name, value), modifiedIn: account.modifiedIn } : null;
    }
    case 'claimableBalance': {
      const balance = world.claimables.get(key.claimableBalance.balanceId.toXDR('hex'));
      return balance ? { data: claimableEntry(balance), modifiedIn: balance.createdIn } : null;
    }
    case 'configSetting':
      return key.configSetting.configSettingId.name === 'configSettingContractLedgerCostV0'
        ? { data: limitsEntry(), modifiedIn: 1 }
        : null;
    default:
      return null;
  }
}

/** Only what one transaction may read and write is kept to here; the rest is as the public network once had it. */
function limitsEntry(): xdr.LedgerEntryData {
  return xdr.LedgerEntryData.configSetting(
    xdr.ConfigSettingEntry.configSettingContractLedgerCostV0(
      new xdr.ConfigSettingContractLedgerCostV0({
        ledgerMaxDiskReadEntries: 1_000,
        ledgerMaxDiskReadBytes: 3_500_000,
        ledgerMaxWriteLedgerEntries: 500,
        ledgerMaxWriteBytes: 143_360,
        txMaxDiskReadEntries: CALL_WRITES_MAX,
        txMaxDiskReadBytes: 200_000,
        txMaxWriteLedgerEntries: CALL_WRITES_MAX,
        txMaxWriteBytes: 132_096,
        feeDiskReadLedgerEntry: 6_250n,
        feeWriteLedgerEntry: 10_000n,
        feeDiskRead1Kb: 1_786n,
        sorobanStateTargetSizeBytes: 3_000_000_000n,
        rentFee1KbSorobanStateSizeLow: -17_000n,
        rentFee1KbSorobanStateSizeHigh: 10_000n,
        sorobanStateRentFeeGrowthFactor: 5_000,
      }),
    ),
  );
}

function addressOf(id: xdr.PublicKey): string {
  return StrKey.encodeEd25519PublicKey(id.ed25519.toBytes());
}

function accountId(address: string): xdr.PublicKey {
  return Keypair.fromPublicKey(address).xdrPublicKey();
}

function assetOfTrustline(asset: xdr.TrustLineAsset): Asset | null {
  return asset.type === 'assetTypePoolShare' ? null : Asset.fromOperation(xdr.Asset.fromXDR(asset.toXDR()));
}

function accountEntry(account: Account): xdr.LedgerEntryData {
  const { master, low, medium, high } = account.thresholds;
  return xdr.LedgerEntryData.account(
    new xdr.AccountEntry({
      accountId: accountId(account.id),
      balance: account.balance,
      seqNum: account.sequence,
      numSubEntries: subentriesOf(account),
      inflationDest: null,
      flags: account.flags,
      homeDomain: account.homeDomain,
      thresholds: Uint8Array.of(master, low, medium, high),
      signers: [...account.signers].map(
        ([key, weight]) =>
          new xdr.Signer({
            key: xdr.SignerKey.signerKeyTypeEd25519(StrKey.decodeEd25519PublicKey(key)),
            weight,
          }),
      ),
      ext: accountExtension(account),
    }),
  );
}

/** Liabilities there are none, but reserves paid for others there may be. */
function accountExtension({ sponsoring }: Account): xdr.AccountEntryExt {
  if (sponsoring === 0) return xdr.AccountEntryExt.v0();
  return xdr.AccountEntryExt.v1(
    new xdr.AccountEntryExtensionV1({
      liabilities: new xdr.Liabilities({ buying: 0n, selling: 0n }),
      ext: xdr.AccountEntryExtensionV1Ext.v2(
        new xdr.AccountEntryExtensionV2({
          numSponsored: 0,
          numSponsoring: sponsoring,
          signerSponsoringIDs: [],
          ext: xdr.AccountEntryExtensionV2Ext.v0(),
        }),
      ),
    }),
  );
}

function trustlineEntry(account: Account, asset: Asset): Entry | null {
  const line = account.trustlines.get(keyOfAsset(asset));
  if (!line) return null;
  const data = xdr.LedgerEntryData.trustline(
    new xdr.TrustLineEntry({
      accountId: accountId(account.id),
      asset: asset.toTrustLineXDRObject(),
      balance: line.balance,
      limit: line.limit,
      flags: line.authorized ? 1 : 0,
      ext: xdr.TrustLineEntryExt.v0(),
    }),
  );
  return { data, modifiedIn: account.modifiedIn };
}

function dataEntry(account: Account, dataName: string, dataValue: Buffer): xdr.LedgerEntryData {
  return xdr.LedgerEntryData.data(
    new xdr.DataEntry({ accountId: accountId(account.id), dataName, dataValue, ext: xdr.DataEntryExt.v0() }),
  );
}

function claimableEntry(balance: ClaimableBalance): xdr.LedgerEntryData {
  return xdr.LedgerEntryData.claimableBalance(
    new xdr.ClaimableBalanceEntry({
      balanceId: xdr.ClaimableBalanceId.fromXDR(balance.id, 'hex'),
      claimants: balance.claimants.map((claimant) => claimant.toXDRObject()),
      asset: balance.asset.toXDRObject(),
      amount: balance.amount,
      ext: xdr.ClaimableBalanceEntryExt.v0(),
    }),
  );
}

/** Which entries changed is left out; what a contract returned is in it. */
export function metaOf({ returned }: TransactionRecord): xdr.TransactionMeta {
  return xdr.TransactionMeta.v4(
    new xdr.TransactionMetaV4({
      ext: xdr.ExtensionPoint.v0(),
      txChangesBefore: [],
      operations: [],
      txChangesAfter: [],
      sorobanMeta: returned
        ? new xdr.SorobanTransactionMetaV2({ ext: xdr.SorobanTransactionMetaExt.v0(), returnValue: returned })
        : null,
      events: [],
      diagnosticEvents: [],
    }),
  );
}

export function headerOf(ledger: LedgerRecord): xdr.LedgerHeader {
  const none = Buffer.alloc(32);
  return new xdr.LedgerHeader({
    ledgerVersion: PROTOCOL,
    previousLedgerHash: Buffer.from(ledger.previousHash, 'hex'),
    scpValue: new xdr.StellarValue({
      txSetHash: none,
      closeTime: BigInt(ledger.closeTime),
      upgrades: [],
      ext: xdr.StellarValueExt.stellarValueBasic(),
    }),
    txSetResultHash: none,
    bucketListHash: none,
    ledgerSeq: ledger.sequence,
    totalCoins: 1_000_000_000_000_000_000n,
    feePool: 0n,
    inflationSeq: 0,
    idPool: 0n,
    baseFee: 100,
    baseReserve: 5_000_000,
    maxTxSetSize: 500,
    skipList: [none, none, none, none],
    ext: xdr.LedgerHeaderExt.v0(),
  });
}

export const PROTOCOL = 26;

export function closeMetaOf(ledger: LedgerRecord): xdr.LedgerCloseMeta {
  return xdr.LedgerCloseMeta.v0(
    new xdr.LedgerCloseMetaV0({
      ledgerHeader: new xdr.LedgerHeaderHistoryEntry({
        hash: Buffer.from(ledger.hash, 'hex'),
        header: headerOf(ledger),
        ext: xdr.LedgerHeaderHistoryEntryExt.v0(),
      }),
      txSet: new xdr.TransactionSet({ previousLedgerHash: Buffer.from(ledger.previousHash, 'hex'), txs: [] }),
      txProcessing: [],
      upgradesProcessing: [],
      scpInfo: [],
    }),
  );
}
