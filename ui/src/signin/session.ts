import { queryOptions } from "@tanstack/react-query";
import { whenSignedOut } from "../api/asking";
import { answer, api, type Schema } from "../api/client";

export type SessionState = Schema<"SessionState">;

export const sessionKey = ["session"] as const;

/** Who this browser is for the server; without a caller one has to sign in. */
export const session = queryOptions({
  queryKey: sessionKey,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/session", { signal })),
  staleTime: 60_000,
});

/** Whether the one who is signed in may do such things. */
export function may(state: SessionState | undefined, scope: "read" | "run" | "write" | "admin") {
  return !!state?.caller?.scopes.includes(scope);
}

let waiting: string | null = null;

/**
 * The one-time link that this page was opened by. It is taken out of the address at once: nobody
 * who looks at the screen, the history or a bookmark shall find it there.
 */
export function takeLink(): string | null {
  const found = /^#link=(.+)$/.exec(location.hash);
  if (found?.[1]) {
    waiting = decodeURIComponent(found[1]);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return waiting;
}

export function forgetLink(): void {
  waiting = null;
}

type Listener = () => void;
const listeners = new Set<Listener>();
const held = new Set<(again: boolean) => void>();

/** Call `listener` whenever the server says that one has to sign in. */
export function onSignedOut(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Let go what was refused because nobody was signed in: to be asked again, or for good. */
export function letGo(again: boolean): void {
  for (const resolve of held) resolve(again);
  held.clear();
}

whenSignedOut(
  (signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve(false);
      held.add(resolve);
      signal?.addEventListener("abort", () => {
        held.delete(resolve);
        resolve(false);
      });
      for (const listener of listeners) listener();
    }),
);
