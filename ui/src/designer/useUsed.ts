import { useMemo, useRef } from "react";
import type { CardUse, FlowDocument } from "./document";
import { keepSame } from "./editing";
import { type Reference, references } from "./mapping";

const NO_CARDS: readonly CardUse[] = [];
const known = new WeakMap<CardUse, Reference[]>();

/** The references of a card and of those inside it: looked for once, as long as it is the same. */
function referencesOf(use: CardUse): Reference[] {
  const found = known.get(use) ?? references(use);
  known.set(use, found);
  return found;
}

/** Which outputs of which card are used: the same set as long as they are. */
export function useUsed(document: FlowDocument) {
  const before = useRef<Record<string, string[]>>({});
  const sets = useRef(new Map<readonly string[], ReadonlySet<string>>());
  return useMemo(() => {
    const found: Record<string, string[]> = {};
    for (const { root, path } of (document.cards ?? NO_CARDS).flatMap(referencesOf)) {
      const name = String(path[0] ?? "");
      const names = found[root] ?? [];
      if (!names.includes(name)) found[root] = [...names, name];
    }
    before.current = keepSame(before.current, found);
    return new Map(
      Object.entries(before.current).map(([root, names]) => {
        const same = sets.current.get(names) ?? new Set(names);
        sets.current.set(names, same);
        return [root, same] as const;
      }),
    );
  }, [document.cards]);
}
