import { useMemo, useRef } from "react";
import { type CardPath, pointerOf } from "./document";
import { type Found, keepSame } from "./editing";

/** Problems by the pointer of their card; those of no card under "start". What is the same stays
 * the same object. */
export function useProblems(problems: readonly Found[], cards: readonly { path: CardPath }[]) {
  const before = useRef<Record<string, readonly Found[]>>({});
  return useMemo(() => {
    const pointers = cards.map(({ path }) => pointerOf(path)).sort((a, b) => b.length - a.length);
    const found: Record<string, Found[]> = {};
    for (const each of problems) {
      if (each.code === "no_cards") continue;
      const card = pointers.find(
        (one) => each.pointer === one || each.pointer.startsWith(`${one}/`),
      );
      const key = card ?? "start";
      found[key] = [...(found[key] ?? []), each];
    }
    before.current = keepSame(before.current, found);
    return new Map(Object.entries(before.current));
  }, [problems, cards]);
}
