import { asked } from "./asking";
import { ApiProblem, problemFrom, problemOf, UNREACHABLE } from "./problem";

/** One server-sent event: `data` is parsed JSON, `id` its number in the log if it has one. */
export interface ServerEvent {
  id: number | null;
  event: string;
  data: unknown;
}

/** The events of a text/event-stream body, as they come. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough<string>(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value.replaceAll("\r\n", "\n");
      let end = rest.indexOf("\n\n");
      while (end >= 0) {
        const found = parseEvent(rest.slice(0, end));
        rest = rest.slice(end + 2);
        if (found) yield found;
        end = rest.indexOf("\n\n");
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The event that one block of lines says; null for a comment. */
export function parseEvent(block: string): ServerEvent | null {
  let event = "message";
  let id: number | null = null;
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    else if (field === "id") id = Number(value);
    else if (field === "data") data.push(value);
  }
  return data.length ? { id, event, data: JSON.parse(data.join("\n")) } : null;
}

/** POST `body` and take the answer as events: a probe, step by step. Throws `ApiProblem`. */
export async function* posted(
  path: string,
  body: unknown,
  signal?: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const response = await request(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    signal,
  });
  if (response.body) yield* eventsOf(response.body);
}

export interface Following {
  /** Events up to this number are known already. */
  after?: number;
  onEvent: (event: ServerEvent) => void;
  /** Whether the stream is there, or being waited for. */
  onConnected?: (connected: boolean) => void;
  /** The name of the event after which nothing comes. */
  last?: string;
  signal: AbortSignal;
}

const LONGEST_PAUSE = 10_000;

/**
 * Follow a numbered log (`.../runs/{id}/events`) to its end, over lost connections and restarts of
 * the server: it goes on after the last number that was seen, so nothing is missed or told twice.
 * Throws `ApiProblem` for what waiting does not mend.
 */
export async function follow(path: string, following: Following): Promise<void> {
  const { onEvent, onConnected, last = "end", signal } = following;
  let seen = following.after ?? 0;
  let pause = 250;
  while (!signal.aborted) {
    try {
      const response = await request(path, {
        headers: { Accept: "text/event-stream", "Last-Event-ID": String(seen) },
        signal,
      });
      onConnected?.(true);
      if (response.body) {
        for await (const event of eventsOf(response.body)) {
          pause = 250;
          if (event.id !== null) {
            if (event.id <= seen) continue;
            seen = event.id;
          }
          onEvent(event);
          if (event.event === last) return;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      const problem = problemOf(error);
      // Whoever signs in again goes on here.
      const passes = problem.retryable || problem.status >= 500 || problem.status === 401;
      if (error instanceof ApiProblem && !passes) throw error;
    }
    onConnected?.(false);
    await sleep(pause, signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await asked(path, () => fetch(path, init), init.signal);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiProblem(UNREACHABLE);
  }
  if (!response.ok) {
    throw problemFrom(response.status, await response.json().catch(() => null));
  }
  return response;
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
