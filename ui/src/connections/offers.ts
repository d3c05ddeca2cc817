import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "../api/client";

/** Names that inputs are offered, by what their schemas call them. Others are typed only. */
const OFFERS = { buckets: "/api/v1/connections/{reference}/buckets" } as const;

export type Offers = keyof typeof OFFERS;

export function isOffered(kind: string | undefined): kind is Offers {
  return kind !== undefined && kind in OFFERS;
}

export function offered(reference: string, kind: Offers, prefix: string) {
  return queryOptions({
    queryKey: ["offered", reference, kind, prefix],
    queryFn: ({ signal }) =>
      answer(api.GET(OFFERS[kind], { params: { path: { reference }, query: { prefix } }, signal })),
    retry: false,
    staleTime: 30_000,
  });
}
