import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import type { Destination, Payee, RoyaltyStatement } from '../../../core/contract/index.ts';
import { formatDecimal } from '../../../core/money/minor.ts';
import { orpc } from '../../app/client.ts';
import { useRoute } from '../../app/routes.ts';
import { minorOf } from '../../ui/amount-text.ts';
import { dayStartMs } from '../../ui/day-text.ts';
import { typedAmount } from './amount-field.tsx';
import { useAssets } from './assets.ts';
import type { Funding } from './funding-field.tsx';
import { useOpenStatements } from './statement-field.tsx';
import { useRequestPayout } from './use-payouts.ts';

/** The payee named in the address, when the form was opened from one. */
function usePayeeOfRoute(onFound: (payee: Payee) => void): void {
  const { params } = useRoute();
  const id = params.payee;
  const { data } = useQuery({
    ...orpc.payees.get.queryOptions({ input: { id: id ?? '' } }),
    enabled: id !== undefined,
  });
  const found = data?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the arrival of a payee fills the form
  useEffect(() => {
    if (data) onFound(data);
  }, [found]);
}

/** Where the payee can be paid, what is confirmed first. */
function payableOf(payee: Payee | null): readonly Destination[] {
  const destinations = payee?.destinations.filter(({ status }) => status !== 'retired') ?? [];
  return destinations.toSorted((a, b) => Number(b.status === 'confirmed') - Number(a.status === 'confirmed'));
}

/** The form that asks for a payout: what is typed, what follows from it, and sending it. */
export function useRequestForm(onRequested: (id: string) => void) {
  const { params } = useRoute();
  const known = useAssets();
  const [payee, choosePayee] = useState<Payee | null>(null);
  const [destinationId, setDestinationId] = useState('');
  const [assetId, setAssetId] = useState('iso:USD');
  const [typed, setTyped] = useState('');
  const [reference, setReference] = useState('');
  const [funding, setFunding] = useState<Funding>('direct');
  const [due, setDue] = useState('');
  const [statementId, setStatementId] = useState(params.statement ?? '');
  // One key per filled-in form: pressing twice, or again after a lost connection, requests once.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const request = useRequestPayout();
  const open = useOpenStatements(payee?.id);
  usePayeeOfRoute(choosePayee);

  const statement = open.data?.items.find(({ id }) => id === statementId);
  const chooseStatement = (chosen: RoyaltyStatement | null) => {
    setStatementId(chosen?.id ?? '');
    if (!chosen) return;
    setAssetId(chosen.assetId);
    setTyped(formatDecimal(minorOf(chosen.remainingMinor), chosen.scale));
  };
  const named = params.statement;
  const arrived = statement !== undefined && statement.id === named;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the arrival of the statement in the address fills the form
  useEffect(() => {
    if (arrived) chooseStatement(statement);
  }, [arrived]);

  const assets =
    statement && !known.some(({ id }) => id === statement.assetId)
      ? [...known, { id: statement.assetId, code: statement.assetCode, scale: statement.scale }]
      : known;
  const asset = assets.find(({ id }) => id === assetId) ?? assets[0];
  if (!asset) throw new Error('Every vault knows at least one asset');
  const destinations = payableOf(payee);
  const destination = destinations.find(({ id }) => id === destinationId) ?? destinations[0];
  const { minor } = typedAmount(typed, asset.scale);
  const ready = payee !== null && destination !== undefined && minor !== null && reference.trim() !== '';
  const dueAtMs = dayStartMs(due);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || request.isPending) return;
    request.mutate(
      {
        reference: reference.trim(),
        payeeId: payee.id,
        destinationId: destination.id,
        assetId: asset.id,
        amountMinor: minor.toString(),
        idempotencyKey,
        ...(statement ? { statementId: statement.id } : { funding }),
        ...(dueAtMs === undefined ? {} : { dueAtMs }),
      },
      { onSuccess: ({ id }) => onRequested(id) },
    );
  };
  return {
    payee,
    setPayee: (chosen: Payee | null) => {
      choosePayee(chosen);
      setStatementId('');
    },
    destinations,
    destination,
    setDestinationId,
    assets,
    asset,
    setAssetId: (id: string) => {
      setAssetId(id);
      // A statement is in one asset: another one is paid without it.
      if (statement && id !== statement.assetId) setStatementId('');
    },
    typed,
    setTyped,
    minor,
    reference,
    setReference,
    funding,
    setFunding,
    due,
    setDue,
    open,
    statement,
    chooseStatement,
    request,
    ready,
    submit,
  };
}
