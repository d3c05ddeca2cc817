import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";

export type Form = "json" | "cloudformation" | "terraform" | "cli";

/** Which cards and flows a role is to be good for. */
export interface Wanted {
  flows: string[];
  cards: string[];
  /** A flow that is not kept yet. */
  text?: string;
}

export function trustPolicy(id: string, form: Form, wanted: Wanted) {
  // In JSON the permissions are a document of their own; the other forms make role and policy.
  const named =
    form === "json" ? { flow: [], card: [] } : { flow: wanted.flows, card: wanted.cards };
  return queryOptions({
    queryKey: [...keys.connections, id, "trust", form, named],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/connections/{reference}/trust-policy", {
          params: { path: { reference: id }, query: { form, ...named } },
          parseAs: "text",
          signal,
        }),
      ) as Promise<string>,
    staleTime: 60_000,
  });
}

/** The account of the principal that a trust policy names. */
export function trustedAccount(policy: string): string | null {
  return /"arn:aws[\w-]*:(?:iam|sts)::(\d{12}):/.exec(policy)?.[1] ?? null;
}

export function permissionPolicy(form: Form, { flows, cards, text }: Wanted) {
  return queryOptions({
    queryKey: ["policies", form, flows, cards, text ?? null],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/policies/for", {
          body: { flows, cards, texts: text ? [text] : [], form },
          signal,
        }),
      ),
    enabled: flows.length + cards.length > 0 || Boolean(text),
    retry: false,
    staleTime: 60_000,
  });
}

/** What the role of a connection has to allow for all flows that use it. */
export function policyOfConnection(id: string, form: Form) {
  return queryOptions({
    queryKey: [...keys.connections, id, "policy", form],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/connections/{reference}/policy", {
          params: { path: { reference: id }, query: { form } },
          signal,
        }),
      ),
    retry: false,
  });
}

export function usage(id: string) {
  return queryOptions({
    queryKey: [...keys.connections, id, "usage"],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/connections/{reference}/usage", {
          params: { path: { reference: id } },
          signal,
        }),
      ),
  });
}

/** What the role of a connection may do, in one bucket or in whatever bucket. */
export function capabilityReport(id: string, bucket: string) {
  return queryOptions({
    queryKey: ["capabilities", id, bucket],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/connections/{reference}/capabilities", {
          params: { path: { reference: id }, query: bucket ? { bucket } : {} },
          signal,
        }),
      ),
    retry: false,
    // Only who asks again asks AWS again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}
