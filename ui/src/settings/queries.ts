import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "../api/client";
import { everyPage } from "../api/queries";
import type { Kept, Retention } from "./retention";

export type User = Schema<"UserShown">;
export type Token = Schema<"TokenShown">;
export type Role = User["role"];
export type Scope = Token["scopes"][number];

export const ROLES: Role[] = ["viewer", "runner", "editor", "admin"];

const MOST = 1000;

export const users = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) =>
    everyPage((cursor) =>
      answer(api.GET("/api/v1/users", { params: { query: { limit: MOST, cursor } }, signal })),
    ),
});

/** One's own tokens, or as an administrator everyone's. */
export function tokens(all: boolean) {
  return queryOptions({
    queryKey: ["tokens", all],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        answer(
          api.GET("/api/v1/tokens", {
            params: { query: { limit: MOST, cursor, user: all ? "*" : undefined } },
            signal,
          }),
        ),
      ),
  });
}

export const sessions = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) =>
    everyPage((cursor) =>
      answer(api.GET("/api/v1/sessions", { params: { query: { limit: MOST, cursor } }, signal })),
    ),
});

/** How the server is. Each look costs it a second at most. */
export const healthDetails = queryOptions({
  queryKey: ["health", "details"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/health/details", { signal })),
  staleTime: 0,
  refetchInterval: 30_000,
});

const RETENTION = ["settings", "retention"] as const;

export const retention = queryOptions({
  queryKey: [...RETENTION, "kept"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/settings/retention", { signal })),
});

/** What a sweep would remove now if things were kept for so long. */
export function preview(kept: Retention) {
  const asked = (name: Kept) => kept[name] ?? ("forever" as const);
  return queryOptions({
    queryKey: [...RETENTION, "preview", kept],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/settings/retention/preview", {
          params: {
            query: {
              runs_days: asked("runs_days"),
              failed_days: asked("failed_days"),
              audit_days: asked("audit_days"),
            },
          },
          signal,
        }),
      ),
    gcTime: 60_000,
  });
}

export function saveRetention(kept: Retention) {
  return answer(api.PUT("/api/v1/settings/retention", { body: kept }));
}

/** One round of a sweep, of twenty seconds at most. */
export function sweep() {
  return answer(api.POST("/api/v1/settings/retention/sweep"));
}

/** After what changes what is kept: what there is, what would go, how the server is. */
export function retentionChanged(cache: QueryClient) {
  void cache.invalidateQueries({ queryKey: RETENTION });
  void cache.invalidateQueries({ queryKey: healthDetails.queryKey });
}

export function audit(who: string) {
  return infiniteQueryOptions({
    queryKey: ["audit", who],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/audit", {
          params: { query: { limit: 100, cursor: pageParam, who: who || undefined } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
