/** The network's own words for what came of an operation, as the wire has them. */
import { xdr } from '@stellar/stellar-sdk';

const tr = xdr.OperationResultTr;
const inner = xdr.OperationResult.opInner;

export const payment = {
  success: () => inner(tr.payment(xdr.PaymentResult.paymentSuccess())),
  malformed: () => inner(tr.payment(xdr.PaymentResult.paymentMalformed())),
  underfunded: () => inner(tr.payment(xdr.PaymentResult.paymentUnderfunded())),
  sourceNoTrust: () => inner(tr.payment(xdr.PaymentResult.paymentSrcNoTrust())),
  sourceNotAuthorized: () => inner(tr.payment(xdr.PaymentResult.paymentSrcNotAuthorized())),
  noDestination: () => inner(tr.payment(xdr.PaymentResult.paymentNoDestination())),
  noTrust: () => inner(tr.payment(xdr.PaymentResult.paymentNoTrust())),
  notAuthorized: () => inner(tr.payment(xdr.PaymentResult.paymentNotAuthorized())),
  lineFull: () => inner(tr.payment(xdr.PaymentResult.paymentLineFull())),
};

export const createAccount = {
  success: () => inner(tr.createAccount(xdr.CreateAccountResult.createAccountSuccess())),
  underfunded: () => inner(tr.createAccount(xdr.CreateAccountResult.createAccountUnderfunded())),
  lowReserve: () => inner(tr.createAccount(xdr.CreateAccountResult.createAccountLowReserve())),
  alreadyExists: () => inner(tr.createAccount(xdr.CreateAccountResult.createAccountAlreadyExist())),
};

export const changeTrust = {
  success: () => inner(tr.changeTrust(xdr.ChangeTrustResult.changeTrustSuccess())),
  noIssuer: () => inner(tr.changeTrust(xdr.ChangeTrustResult.changeTrustNoIssuer())),
  invalidLimit: () => inner(tr.changeTrust(xdr.ChangeTrustResult.changeTrustInvalidLimit())),
  lowReserve: () => inner(tr.changeTrust(xdr.ChangeTrustResult.changeTrustLowReserve())),
  malformed: () => inner(tr.changeTrust(xdr.ChangeTrustResult.changeTrustMalformed())),
};

export const setOptions = {
  success: () => inner(tr.setOptions(xdr.SetOptionsResult.setOptionsSuccess())),
  lowReserve: () => inner(tr.setOptions(xdr.SetOptionsResult.setOptionsLowReserve())),
  badSigner: () => inner(tr.setOptions(xdr.SetOptionsResult.setOptionsBadSigner())),
};

export const setTrustLineFlags = {
  success: () => inner(tr.setTrustLineFlags(xdr.SetTrustLineFlagsResult.setTrustLineFlagsSuccess())),
  noTrustLine: () => inner(tr.setTrustLineFlags(xdr.SetTrustLineFlagsResult.setTrustLineFlagsNoTrustLine())),
};

export const manageData = {
  success: () => inner(tr.manageData(xdr.ManageDataResult.manageDataSuccess())),
  nameNotFound: () => inner(tr.manageData(xdr.ManageDataResult.manageDataNameNotFound())),
  lowReserve: () => inner(tr.manageData(xdr.ManageDataResult.manageDataLowReserve())),
};

export const bumpSequence = {
  success: () => inner(tr.bumpSequence(xdr.BumpSequenceResult.bumpSequenceSuccess())),
};

export const createClaimable = {
  success: (id: xdr.ClaimableBalanceId) =>
    inner(tr.createClaimableBalance(xdr.CreateClaimableBalanceResult.createClaimableBalanceSuccess(id))),
  lowReserve: () =>
    inner(tr.createClaimableBalance(xdr.CreateClaimableBalanceResult.createClaimableBalanceLowReserve())),
  noTrust: () => inner(tr.createClaimableBalance(xdr.CreateClaimableBalanceResult.createClaimableBalanceNoTrust())),
  notAuthorized: () =>
    inner(tr.createClaimableBalance(xdr.CreateClaimableBalanceResult.createClaimableBalanceNotAuthorized())),
  underfunded: () =>
    inner(tr.createClaimableBalance(xdr.CreateClaimableBalanceResult.createClaimableBalanceUnderfunded())),
};

export const claim = {
  success: () => inner(tr.claimClaimableBalance(xdr.ClaimClaimableBalanceResult.claimClaimableBalanceSuccess())),
  doesNotExist: () =>
    inner(tr.claimClaimableBalance(xdr.ClaimClaimableBalanceResult.claimClaimableBalanceDoesNotExist())),
  cannotClaim: () =>
    inner(tr.claimClaimableBalance(xdr.ClaimClaimableBalanceResult.claimClaimableBalanceCannotClaim())),
  lineFull: () => inner(tr.claimClaimableBalance(xdr.ClaimClaimableBalanceResult.claimClaimableBalanceLineFull())),
  noTrust: () => inner(tr.claimClaimableBalance(xdr.ClaimClaimableBalanceResult.claimClaimableBalanceNoTrust())),
  notAuthorized: () =>
    inner(tr.claimClaimableBalance(xdr.ClaimClaimableBalanceResult.claimClaimableBalanceNotAuthorized())),
};

export const invoke = {
  success: (hash: Uint8Array) =>
    inner(tr.invokeHostFunction(xdr.InvokeHostFunctionResult.invokeHostFunctionSuccess(hash))),
  trapped: () => inner(tr.invokeHostFunction(xdr.InvokeHostFunctionResult.invokeHostFunctionTrapped())),
};
