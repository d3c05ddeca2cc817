import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, idempotencyKey, type RunDetail } from "../api/client";
import { keys } from "../api/queries";
import { queryOf, type RunFilter } from "./filter";

export const ENDED: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled"]);

const PAGE = 200;
export const HEAD = 100;

/** Pages of runs from the newest on, loaded as one scrolls down. */
export function runPages(filter: RunFilter) {
  return infiniteQueryOptions({
    queryKey: [...keys.runs, "pages", filter],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/runs", {
          params: { query: { ...queryOf(filter, Date.now()), limit: PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Kept fresh by `runHead`: loading all pages anew would cost seconds.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: "always",
    gcTime: 0,
  });
}

/** The newest runs, again and again. */
export function runHead(filter: RunFilter) {
  return queryOptions({
    queryKey: [...keys.runs, "head", filter],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/runs", {
          params: { query: { ...queryOf(filter, Date.now()), limit: HEAD } },
          signal,
        }),
      ),
    refetchInterval: 2_500,
    staleTime: 0,
  });
}

export function run(id: string) {
  return queryOptions({
    queryKey: [...keys.runs, "one", id],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: id } }, signal })),
    staleTime: (query) =>
      query.state.data && ENDED.has(query.state.data.status) ? Number.POSITIVE_INFINITY : 0,
  });
}

export function runFiles(id: string) {
  return queryOptions({
    queryKey: [...keys.runs, "files", id],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/runs/{run_id}/files", {
          params: { path: { run_id: id }, query: { limit: 1000 } },
          signal,
        }),
      ),
  });
}

const LINES = 500;

/** The event log from its first line on, some hundred lines at a time. */
export function runLog(id: string, ended: boolean) {
  return infiniteQueryOptions({
    queryKey: [...keys.runs, "log", id, ended],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/runs/{run_id}/events", {
          params: { path: { run_id: id }, query: { after: pageParam, limit: LINES } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < LINES ? undefined : page.at(-1)?.seq),
  });
}

export function cancelRun(id: string) {
  return answer(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: id } } }));
}

/** Inputs of a run that history does not hold, because they are secret. */
export function secretInputs(shown: RunDetail): { name: string; title: string }[] {
  const asked = startInputs(shown.document);
  return Object.entries(asked)
    .filter(([name, input]) => input.secret && shown.inputs[name] != null)
    .map(([name, input]) => ({ name, title: input.title ?? name }));
}

interface StartInput {
  type?: string;
  title?: string | null;
  secret?: boolean;
}

export function startInputs(document: Record<string, unknown>): Record<string, StartInput> {
  const start = document.start as { inputs?: Record<string, StartInput> } | undefined;
  return start?.inputs ?? {};
}

/** Start it once more: the same version with the same inputs, or the same document. */
export function runAgain(shown: RunDetail, secrets: Record<string, string>): Promise<RunDetail> {
  const inputs: Record<string, unknown> = { ...shown.inputs };
  for (const name of Object.keys(secrets)) delete inputs[name];
  const asked = startInputs(shown.document);
  for (const [name, value] of Object.entries(inputs)) {
    if (value === null) delete inputs[name];
    // A file that it was given: the next run has it from this one.
    else if (asked[name]?.type === "file")
      inputs[name] = { run: shown.id, key: (value as { key?: string }).key };
  }
  const header = { "Idempotency-Key": idempotencyKey() };
  if (shown.version === null || shown.version === undefined) {
    const card = shown.tested;
    return answer(
      api.POST("/api/v1/runs", {
        params: { header },
        // JSON is YAML.
        body: { text: JSON.stringify(shown.document), inputs, input_texts: secrets, card },
      }),
    );
  }
  return answer(
    api.POST("/api/v1/flows/{name}/runs", {
      params: { path: { name: shown.flow }, header },
      body: { inputs, input_texts: secrets, version: shown.version },
    }),
  );
}
