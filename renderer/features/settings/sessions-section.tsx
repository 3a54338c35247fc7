import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SignedInSession } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { orpc } from '../../app/client.ts';
import { leaveDesk } from '../../app/identity.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';

const say = words.settings.sessions;

function useSessions() {
  return useQuery(orpc.session.list.queryOptions({ staleTime: 0 }));
}

function useEndSession() {
  const queries = useQueryClient();
  return useMutation(
    orpc.session.end.mutationOptions({
      onSettled: () => void queries.invalidateQueries({ queryKey: orpc.session.list.key() }),
    }),
  );
}

/** Who is signed in: everybody for an admin, one's own for everybody else. */
export function SessionsSection() {
  const { data, isPending, error, refetch } = useSessions();
  const end = useEndSession();
  const all = hasAnyRole(useMe(), ['admin']);
  return (
    <Section title={all ? say.titleAll : say.title}>
      {isPending ? <LoadingLines lines={2} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {end.isError ? <ErrorNote error={end.error} /> : null}
      <ul aria-label={say.label} className="flex flex-col">
        {data?.map((session) => (
          <Session
            key={session.id}
            session={session}
            busy={end.isPending && end.variables.id === session.id}
            onEnd={() => (session.own ? void leaveDesk('signed_out') : end.mutate({ id: session.id }))}
          />
        ))}
      </ul>
    </Section>
  );
}

interface SessionProps {
  readonly session: SignedInSession;
  readonly busy: boolean;
  readonly onEnd: () => void;
}

function Session({ session, busy, onEnd }: SessionProps) {
  const where = [session.host, session.ip].filter(Boolean).join(' · ');
  return (
    <li className="flex items-center justify-between gap-4 border-b border-line py-2 last:border-0">
      <span className="min-w-0">
        <span className="font-medium">{session.name}</span>
        {session.own ? <span className="ml-1.5 text-faint">{say.own}</span> : null}
        <span className="block truncate text-soft" title={session.userAgent ?? undefined}>
          {where}
        </span>
        <span className="block text-xs text-soft">
          {say.since} <Ago atMs={session.signedInAtMs} /> · {say.lastSeen} <Ago atMs={session.lastSeenAtMs} />
        </span>
      </span>
      <Button kind={session.own ? 'quiet' : 'danger'} busy={busy} onClick={onEnd}>
        {session.own ? words.frame.lock : say.end}
      </Button>
    </li>
  );
}
