import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { CardDetail } from "../api/client";
import { card as cardQuery } from "../api/queries";

/** The details of the cards that the flow uses, and which of them there are not. */
export function useCatalog(ids: readonly string[]) {
  const distinct = useMemo(() => [...new Set(ids)].sort(), [ids]);
  const found = useQueries({ queries: distinct.map((id) => ({ ...cardQuery(id), retry: false })) });
  const loaded = found.map((each) => `${each.status}`).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `loaded` says when one has come
  return useMemo(() => {
    const catalog = new Map<string, CardDetail>();
    const unknown = new Set<string>();
    distinct.forEach((id, index) => {
      const each = found[index];
      if (each?.data) catalog.set(id, each.data);
      else if (each?.isError) unknown.add(id);
    });
    return { catalog, unknown };
  }, [distinct.join(" "), loaded]);
}
