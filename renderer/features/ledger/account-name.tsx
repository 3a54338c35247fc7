import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';
import { hrefOf } from '../../app/routes.ts';

/** The holder of an account that belongs to a payee. */
const PAYEE = /^payee:([a-z]{3}_[0-9a-z]{25})$/;

interface Named {
  readonly entity: string;
  readonly name?: string | null;
  readonly holderName?: string | null;
  readonly pool: string | null;
}

/** An account by its payee's or its own name, else by its holder's, with its pool. */
export function AccountName({ entity, name = null, holderName = null, pool }: Named) {
  if (holderName !== null && pool === null) return holderName;
  return (
    <span className="font-mono text-xs">
      {name ?? entity}
      {pool ? <span className="text-soft"> · {pool}</span> : null}
    </span>
  );
}

/** The same for a posting, which knows its holder by id only; there are few of them in a transaction. */
export function PostedName({ entity, pool }: Named) {
  const id = PAYEE.exec(entity)?.[1];
  const payee = useQuery({ ...orpc.payees.get.queryOptions({ input: { id: id ?? '' } }), enabled: id !== undefined });
  return <AccountName entity={entity} holderName={payee.data?.name ?? null} pool={pool} />;
}

/** Who holds an account, with the way to them where it is a payee. */
export function Holder({ entity, holderName }: { readonly entity: string; readonly holderName: string | null }) {
  const payeeId = PAYEE.exec(entity)?.[1];
  return (
    <>
      {payeeId && holderName ? (
        <a href={hrefOf('payees', payeeId)} className="block text-accent hover:underline">
          {holderName}
        </a>
      ) : null}
      <span className="font-mono text-xs break-all">{entity}</span>
    </>
  );
}
