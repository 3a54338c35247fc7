import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Mail } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 100;
/** That a message went out is no event. */
const LOOK_EVERY_MS = 10_000;

export function useMails(status: Mail['status'] | undefined) {
  const query = useInfiniteQuery({
    ...orpc.mails.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...pageAt(cursor, PAGE), ...(status === undefined ? {} : { status }) }),
      ...pages,
    }),
    refetchInterval: LOOK_EVERY_MS,
  });
  return useRows(query);
}

export function useMailSettings() {
  return useQuery(orpc.mails.settings.queryOptions());
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: orpc.mails.key() });
}

export const useConfigureMail = () => useMutation(orpc.mails.configure.mutationOptions({ onSuccess: useFresh() }));
export const useTestMail = () => useMutation(orpc.mails.test.mutationOptions());
export const useSendAgain = () => useMutation(orpc.mails.sendAgain.mutationOptions({ onSettled: useFresh() }));
