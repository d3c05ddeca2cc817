import createClient from "openapi-fetch";
import { asked } from "./asking";
import { ApiProblem, problemFrom, UNREACHABLE } from "./problem";
import type { components, paths } from "./schema.gen";

/** The schemas of the API by name: `Schema<"Connection">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type Connection = Schema<"Connection">;
export type ProbeStep = Schema<"ProbeStep">;
export type FlowSummary = Schema<"FlowSummary">;
export type FlowDetail = Schema<"FlowDetail">;
export type RunSummary = Schema<"RunSummary">;
export type RunDetail = Schema<"RunDetail">;
export type CardRun = Schema<"CardRun">;
export type CardSummary = Schema<"CardSummary">;
export type CardDetail = Schema<"CardDetail">;

/** The API, typed from its OpenAPI document. Wrap each call in `answer`. */
export const api = createClient<paths>({
  baseUrl: "/",
  // A clone, because the body of a request is gone once it was sent.
  fetch: (request) =>
    asked(new URL(request.url).pathname, () => fetch(request.clone()), request.signal),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's data; throws `ApiProblem` for everything that is none. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  let given: Answer<T>;
  try {
    given = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(UNREACHABLE);
  }
  if (!given.response.ok) throw problemFrom(given.response.status, given.error);
  return given.data as T;
}

/** A fresh key for the `Idempotency-Key` header: a repeated request is then done once. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}
