import { QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { ApiProblem } from "./problem";

/** One cache for all views. What another view changed is asked for again when it is looked at. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What was lost comes back by itself, whether or not somebody looks.
      refetchInterval: (query) => (isUnreachable(query.state.error) ? 5_000 : false),
      retry: (failures, error) => isUnreachable(error) && failures < 2,
    },
    mutations: { retry: false },
  },
});

function isUnreachable(error: unknown): boolean {
  return error instanceof ApiProblem && error.problem.code === "unreachable";
}

/** The first part of each query's key: `queryClient.invalidateQueries({ queryKey: keys.flows })`. */
export const keys = {
  health: ["health"],
  connections: ["connections"],
  flows: ["flows"],
  runs: ["runs"],
  cards: ["cards"],
} as const;

const MOST = 1000;

export const health = queryOptions({
  queryKey: keys.health,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/health", { signal })),
  staleTime: 60_000,
});

/** All connections by nickname: page after page, as one list. */
export const connectionList = queryOptions({
  queryKey: keys.connections,
  queryFn: async ({ signal }) =>
    everyPage((cursor) =>
      answer(
        api.GET("/api/v1/connections", { params: { query: { limit: MOST, cursor } }, signal }),
      ),
    ),
});

export function connection(reference: string) {
  return queryOptions({
    queryKey: [...keys.connections, reference],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/connections/{reference}", { params: { path: { reference } }, signal }),
      ),
  });
}

export const flowList = queryOptions({
  queryKey: keys.flows,
  queryFn: async ({ signal }) =>
    everyPage((cursor) =>
      answer(api.GET("/api/v1/flows", { params: { query: { limit: MOST, cursor } }, signal })),
    ),
});

export const cardList = queryOptions({
  queryKey: keys.cards,
  queryFn: async ({ signal }) =>
    everyPage((cursor) =>
      answer(api.GET("/api/v1/cards", { params: { query: { limit: MOST, cursor } }, signal })),
    ),
  // Cards are part of the program: they change when the server does.
  staleTime: Number.POSITIVE_INFINITY,
});

export function card(id: string) {
  return queryOptions({
    queryKey: [...keys.cards, id],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/cards/{card_id}", { params: { path: { card_id: id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

interface PageOf<T> {
  items: T[];
  next_cursor?: string | null;
}

/** The items of all pages. */
export async function everyPage<T>(page: (cursor: string | null) => Promise<PageOf<T>>) {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const found: PageOf<T> = await page(cursor);
    items.push(...found.items);
    cursor = found.next_cursor ?? null;
  } while (cursor);
  return items;
}
