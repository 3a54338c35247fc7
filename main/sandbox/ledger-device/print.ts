/** How the app writes accounts, amounts, times and values. */
import { Address, StrKey, type xdr } from '@stellar/stellar-sdk/base';
import { type Network, NotUnderstood } from './payload.ts';

const STELLAR_DECIMALS = 7;
const SECONDS_MAX = 253_402_300_799n;
const VALUE_LETTERS_MAX = 104;

export function shortened(text: string, first: number, last: number): string {
  return text.length > first + last + 2 ? `${text.slice(0, first)}..${text.slice(-last)}` : text;
}

export function account(key: xdr.PublicKey): string {
  return StrKey.encodeEd25519PublicKey(key.ed25519.value);
}

export function muxed(source: xdr.MuxedAccount): string {
  if (source.type === 'keyTypeEd25519') return StrKey.encodeEd25519PublicKey(source.ed25519.value);
  const { ed25519, id } = source.med25519;
  const idBytes = Buffer.alloc(8);
  idBytes.writeBigUInt64BE(id);
  return StrKey.encodeMed25519PublicKey(Buffer.concat([ed25519.value, idBytes]));
}

/** One's own account is only recalled to mind; any other is spelled out. */
export function muxedOrOwn(source: xdr.MuxedAccount, signer: Uint8Array): string {
  return isSigner(source, signer) ? shortened(muxed(source), 6, 6) : muxed(source);
}

export function isSigner(source: xdr.MuxedAccount, signer: Uint8Array): boolean {
  return source.type === 'keyTypeEd25519' && Buffer.from(signer).equals(source.ed25519.value);
}

type AnyAsset = xdr.Asset | Exclude<xdr.ChangeTrustAsset, { type: 'assetTypePoolShare' }>;

export function assetCode(asset: AnyAsset, network: Network): string {
  if (asset.type === 'assetTypeNative') return network === 'Unknown' ? 'native' : 'XLM';
  const code = asset.type === 'assetTypeCreditAlphanum4' ? asset.alphaNum4.assetCode : asset.alphaNum12.assetCode;
  return codeOf(code.value);
}

export function codeOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').split('\0', 1)[0] ?? '';
}

export function assetName(asset: AnyAsset, network: Network): string {
  if (asset.type === 'assetTypeNative') return assetCode(asset, network);
  const { issuer } = asset.type === 'assetTypeCreditAlphanum4' ? asset.alphaNum4 : asset.alphaNum12;
  return `${assetCode(asset, network)}@${shortened(account(issuer), 3, 4)}`;
}

export function amount(minor: bigint, asset: AnyAsset, network: Network): string {
  return `${bareAmount(minor)} ${assetName(asset, network)}`;
}

/** The app reads amounts as unsigned, so what is negative looks enormous. */
export function bareAmount(minor: bigint): string {
  return decimal(BigInt.asUintN(64, minor), STELLAR_DECIMALS);
}

export function price({ n, d }: xdr.Price): string {
  if (d === 0) throw new NotUnderstood('a price divided by nothing');
  return bareAmount((BigInt(n) * 10_000_000n) / BigInt(d));
}

export function decimal(value: bigint, decimals: number): string {
  const [sign, digits] = value < 0n ? ['-', String(-value)] : ['', String(value)];
  const padded = digits.padStart(decimals + 1, '0');
  const whole = padded.slice(0, padded.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = decimals === 0 ? '' : padded.slice(-decimals).replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export function time(seconds: bigint): string {
  if (seconds > SECONDS_MAX) throw new NotUnderstood('a time after the year 9999');
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

export function isPrintable(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte <= 0x7e);
}

/** Text as it is, anything else in base64 cut short; the second element says which. */
export function textOrBase64(bytes: Uint8Array): readonly [value: string, note: string] {
  if (isPrintable(bytes)) return [Buffer.from(bytes).toString('latin1'), ''];
  return [shortened(Buffer.from(bytes).toString('base64'), 6, 6), ' (base64)'];
}

export function signerKey(key: xdr.SignerKey): string {
  switch (key.type) {
    case 'signerKeyTypeEd25519':
      return StrKey.encodeEd25519PublicKey(key.ed25519.value);
    case 'signerKeyTypeHashX':
      return StrKey.encodeSha256Hash(key.hashX.value);
    case 'signerKeyTypePreAuthTx':
      return StrKey.encodePreAuthTx(key.preAuthTx.value);
    case 'signerKeyTypeEd25519SignedPayload':
      return shortened(StrKey.encodeSignedPayload(key.ed25519SignedPayload.toXdr()), 12, 12);
  }
}

export function contractAddress(address: xdr.ScAddress): string {
  if (address.type !== 'scAddressTypeAccount' && address.type !== 'scAddressTypeContract') {
    throw new NotUnderstood(address.type);
  }
  return Address.fromScAddress(address).toString();
}

/** An argument of a contract call. */
export function scValue(value: xdr.ScVal): string {
  switch (value.type) {
    case 'scvBool':
      return String(value.b);
    case 'scvVoid':
      return '[void]';
    case 'scvU32':
      return decimal(BigInt(value.u32), 0);
    case 'scvI32':
      return decimal(BigInt(value.i32), 0);
    case 'scvU64':
      return decimal(value.u64, 0);
    case 'scvI64':
      return decimal(value.i64, 0);
    case 'scvTimepoint':
      return time(value.timepoint);
    case 'scvDuration':
      return decimal(BigInt.asIntN(64, value.duration), 0);
    case 'scvU128':
      return decimal((value.u128.hi << 64n) | value.u128.lo, 0);
    case 'scvI128':
      return decimal(int128(value.i128), 0);
    case 'scvU256':
      return decimal(BigInt(`0x${Buffer.from(value.u256.toXdr()).toString('hex')}`), 0);
    case 'scvI256':
      return decimal(BigInt.asIntN(256, BigInt(`0x${Buffer.from(value.i256.toXdr()).toString('hex')}`)), 0);
    case 'scvBytes':
      return '[Bytes Data]';
    case 'scvString':
      return scText(value.str.bytes, 'string');
    case 'scvSymbol':
      return scText(value.sym.bytes, 'symbol');
    case 'scvAddress':
      return contractAddress(value.address);
    default:
      return '[unable to display]';
  }
}

export function int128({ hi, lo }: xdr.Int128Parts): bigint {
  return (hi << 64n) | lo;
}

function scText(bytes: Uint8Array, kind: 'string' | 'symbol'): string {
  if (bytes.length === 0) return `[empty ${kind}]`;
  if (!isPrintable(bytes)) {
    if (kind === 'symbol') throw new NotUnderstood('a symbol of letters that no symbol has');
    return '[unprintable string]';
  }
  const half = VALUE_LETTERS_MAX / 2;
  return shortened(Buffer.from(bytes).toString('latin1'), half, half - 2);
}
