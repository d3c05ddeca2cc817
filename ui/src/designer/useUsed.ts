import { useMemo, useRef } from "react";
import type { FlowDocument } from "./document";
import { keepSame } from "./editing";
import { references } from "./mapping";

/** Which outputs of which card are used: the same set as long as they are. */
export function useUsed(document: FlowDocument) {
  const before = useRef<Record<string, string[]>>({});
  const sets = useRef(new Map<readonly string[], ReadonlySet<string>>());
  return useMemo(() => {
    const found: Record<string, string[]> = {};
    for (const { root, path } of references(document.cards ?? [])) {
      const name = String(path[0] ?? "");
      const names = found[root] ?? [];
      if (!names.includes(name)) found[root] = [...names, name];
    }
    before.current = keepSame(before.current, found);
    return new Map(
      Object.entries(before.current).map(([root, names]) => {
        const known = sets.current.get(names) ?? new Set(names);
        sets.current.set(names, known);
        return [root, known] as const;
      }),
    );
  }, [document.cards]);
}
