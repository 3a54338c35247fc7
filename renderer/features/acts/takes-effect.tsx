import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { orpc } from '../../app/client.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { Moment, Until } from '../../ui/time.tsx';

const say = words.acts;

function useObject() {
  const queries = useQueryClient();
  return useMutation(
    orpc.access.object.mutationOptions({
      onSettled: () => {
        for (const part of ['acts', 'access'] as const) void queries.invalidateQueries({ queryKey: orpc[part].key() });
      },
    }),
  );
}

/** An act of the recovery sheet waits for a moment, not for a signature; anybody can stop it until then. */
export function TakesEffect({ act, atMs }: { readonly act: { readonly id: string }; readonly atMs: number }) {
  const [objecting, setObjecting] = useState(false);
  const object = useObject();
  return (
    <div className="flex flex-col items-start gap-2">
      <p>
        {say.takesEffect} <Until atMs={atMs} /> · <Moment atMs={atMs} />
        <span className="block text-soft">{say.takesEffectSays}</span>
      </p>
      {objecting ? (
        <ReasonForm
          consequence={say.objectSays}
          submit={say.object}
          busy={object.isPending}
          error={object.error}
          onSubmit={(reason) => object.mutate({ actId: act.id, reason })}
          onCancel={() => setObjecting(false)}
        />
      ) : (
        <Button kind="danger" onClick={() => setObjecting(true)}>
          {say.object}
        </Button>
      )}
    </div>
  );
}
