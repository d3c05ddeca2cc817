import { queryOptions, useMutation } from "@tanstack/react-query";
import { answer, api, type FlowSummary, type Schema } from "../api/client";
import { flowList, keys, queryClient } from "../api/queries";

type Change = Omit<Schema<"FlowsUpdate">, "flows">;

/** Where one flow stands, and whether it is on. */
export function placeOf(flow: string) {
  return queryOptions({
    queryKey: [...keys.flows, flow, "place"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/flows/{name}", { params: { path: { name: flow } }, signal })),
    select: ({ folder, enabled, owner }) => ({ folder, enabled, owner }),
  });
}

/** Move flows, turn them on or off, give them away. Shown at once, and undone if it fails. */
export function useFlowsChange() {
  return useMutation({
    mutationFn: ({ flows, ...change }: { flows: string[] } & Change) =>
      answer(api.PATCH("/api/v1/flows", { body: { flows, ...change } })),
    onMutate: async ({ flows, ...change }) => {
      await queryClient.cancelQueries(NOT_EDITED);
      const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value != null));
      const before = queryClient.getQueriesData<unknown>(NOT_EDITED);
      queryClient.setQueryData(flowList.queryKey, (list) =>
        list?.map((each) => (flows.includes(each.flow) ? { ...each, ...said } : each)),
      );
      for (const flow of flows) {
        queryClient.setQueryData(placeOf(flow).queryKey, (was) => was && { ...was, ...said });
      }
      return before;
    },
    onError: (_error, _change, before) => {
      for (const [key, value] of before ?? []) queryClient.setQueryData(key, value);
    },
    onSettled: settle,
  });
}

/** Move or rename a folder with everything in it. */
export function useFolderMove() {
  return useMutation({
    mutationFn: (body: Schema<"FolderMove">) => answer(api.POST("/api/v1/flows/move", { body })),
    onSuccess: settle,
  });
}

/** Delete a flow with all its versions. */
export function useFlowDeletion() {
  return useMutation({
    mutationFn: (name: string) =>
      answer(api.DELETE("/api/v1/flows/{name}", { params: { path: { name } } })),
    onSuccess: (_nothing, name) => {
      queryClient.setQueryData(flowList.queryKey, (list: FlowSummary[] | undefined) =>
        list?.filter((each) => each.flow !== name),
      );
      return settle();
    },
  });
}

/** What is being edited does not change under one's hands. */
const NOT_EDITED = {
  queryKey: keys.flows,
  predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[2] !== "opened",
};

function settle() {
  return queryClient.invalidateQueries(NOT_EDITED);
}
