import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "../api/client";
import { everyPage } from "../api/queries";

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
