import { useMutation } from "@tanstack/react-query";
import { answer, api, type Schema } from "../api/client";
import { keys, queryClient } from "../api/queries";

/** Change a connection's nickname, description or narrowing. */
export function useChange(id: string) {
  return useMutation({
    mutationFn: (change: Schema<"ConnectionChange">) =>
      answer(
        api.PATCH("/api/v1/connections/{reference}", {
          params: { path: { reference: id } },
          body: change,
        }),
      ),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: keys.connections });
      // Flows follow a rename.
      queryClient.invalidateQueries({ queryKey: keys.flows });
    },
  });
}

/** Delete a connection; with `force` even while flows use it. */
export function useDeletion(id: string) {
  return useMutation({
    mutationFn: (force: boolean) =>
      answer(
        api.DELETE("/api/v1/connections/{reference}", {
          params: { path: { reference: id }, query: { force } },
        }),
      ),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: [...keys.connections, id] });
      queryClient.invalidateQueries({ queryKey: keys.connections });
    },
  });
}
