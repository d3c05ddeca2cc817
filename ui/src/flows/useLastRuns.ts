import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { answer, api, type FlowSummary, type RunSummary } from "../api/client";
import { keys } from "../api/queries";

const RECENT = 200;

/** Each flow's newest run: out of the newest runs of all, and asked for where it is older. */
export function useLastRuns(
  flows: readonly FlowSummary[] | undefined,
): ReadonlyMap<string, RunSummary> {
  const recent = useQuery({
    queryKey: [...keys.runs, "recent"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/runs", { params: { query: { limit: RECENT } }, signal })),
    refetchInterval: 5_000,
  });
  const seen = new Map<string, RunSummary>();
  for (const run of recent.data?.items ?? []) if (!seen.has(run.flow)) seen.set(run.flow, run);
  const older =
    recent.data?.next_cursor && flows ? flows.filter((each) => !seen.has(each.flow)) : [];
  const asked = useQueries({
    queries: older.map(({ flow }) => ({
      queryKey: [...keys.runs, "last", flow],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await answer(api.GET("/api/v1/runs", { params: { query: { flow, limit: 1 } }, signal })))
          .items[0] ?? null,
      staleTime: 60_000,
    })),
  });
  const found = asked.map((each) => each.data?.id).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `found` says when one has come
  return useMemo(() => {
    for (const { data } of asked) if (data) seen.set(data.flow, data);
    return seen;
  }, [recent.data, found]);
}
