import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";

export const SHOWN = 6;
const FAILED = 100;
const MONTH = 30 * 86_400_000;
const LIVE = 5_000;

type Status = "failed" | "running" | undefined;

/** The newest runs, again and again; of failed ones those of a month. */
export function latest(status: Status) {
  return queryOptions({
    queryKey: [...keys.runs, "latest", status ?? "any"],
    queryFn: ({ signal }) => {
      const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
      const since = status === "failed" ? new Date(hour - MONTH).toISOString() : undefined;
      const query = { status, since, tests: false, limit: status === "failed" ? FAILED : SHOWN };
      return answer(api.GET("/api/v1/runs", { params: { query }, signal }));
    },
    refetchInterval: LIVE,
  });
}
