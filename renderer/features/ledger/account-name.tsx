import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';
import { hrefOf } from '../../app/routes.ts';

const PAYEE = /^payee:([a-z]{3}_[0-9a-z]{25})$/;

interface Named {
  readonly entity: string;
  readonly name?: string | null;
  readonly pool: string | null;
}

/** An account by its own name, else by its holder's, with its pool. */
export function AccountName({ entity, name = null, pool }: Named) {
  return (
    <span className="font-mono text-xs">
      {name ?? entity}
      {pool ? <span className="text-soft"> · {pool}</span> : null}
    </span>
  );
}

/** The same where there is room for a payee's name and a way to them. */
export function Holder({ entity }: { readonly entity: string }) {
  const id = PAYEE.exec(entity)?.[1];
  const payee = useQuery({ ...orpc.payees.get.queryOptions({ input: { id: id ?? '' } }), enabled: id !== undefined });
  return (
    <>
      {payee.data ? (
        <a href={hrefOf('payees', payee.data.id)} className="block text-accent hover:underline">
          {payee.data.name}
        </a>
      ) : null}
      <span className="font-mono text-xs break-all">{entity}</span>
    </>
  );
}
