import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { answer, api, type RunSummary } from "../api/client";
import { keys } from "../api/queries";

/** Each flow's newest run, kept current; undefined until it is known. */
export function useLastRuns(): ReadonlyMap<string, RunSummary> | undefined {
  const { data } = useQuery({
    queryKey: [...keys.runs, "latest"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/runs/latest", { signal })),
    refetchInterval: 5_000,
  });
  return useMemo(() => data && new Map(data.map((run) => [run.flow, run])), [data]);
}
