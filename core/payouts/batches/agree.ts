/** Whether the batch that the provider holds is the one that was ordered, to the last payment. */
import type { BatchedPayment, PayoutOrder, TakenBatch } from '../../rails/provider.ts';

export interface NamedOrder {
  readonly order: PayoutOrder;
  /** The provider's name for its payment. */
  readonly name: string | null;
}

/** The first thing in which it is another; null where there is none. */
export function differenceIn(taken: TakenBatch, orders: readonly PayoutOrder[]): string | null {
  if (taken.payments.length !== orders.length)
    return `it has ${taken.payments.length} payments, and ${orders.length} were ordered`;
  for (const order of orders) {
    const [payment, another] = taken.payments.filter(({ key }) => key === order.key);
    if (!payment) return `${order.key} is not in it`;
    if (another) return `${order.key} is in it twice`;
    const part = partOf(payment, order);
    if (part !== null) return `${order.key} has another ${part}`;
  }
  return null;
}

/** The same, once its payments have names there: the twin of a batch has our keys, and other names. */
export function differenceInNamed(taken: TakenBatch, named: readonly NamedOrder[]): string | null {
  const difference = differenceIn(
    taken,
    named.map(({ order }) => order),
  );
  if (difference !== null) return difference;
  const names = new Map(taken.payments.map(({ key, answer }) => [key, answer.reference]));
  const other = named.find(({ order, name }) => names.get(order.key) !== name);
  return other ? `${other.order.key} has another name` : null;
}

function partOf({ address, extraId, money }: BatchedPayment, order: PayoutOrder): string | null {
  if (address !== order.address) return 'address';
  if (extraId !== order.extraId) return 'extra id';
  if (money?.assetId !== order.assetId) return 'currency';
  if (money.amountMinor !== order.amountMinor) return 'amount';
  return null;
}
