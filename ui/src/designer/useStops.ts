import { useMemo, useRef } from "react";
import { designer } from "../texts";
import { type CardPath, type CardUse, type FlowDocument, pointerOf } from "./document";
import { type Found, keepSame } from "./editing";
import type { Stop } from "./Overview";
import { blocksOf, type Catalog } from "./scope";

const NONE: readonly Found[] = [];
const NO_CARDS: readonly CardUse[] = [];
const TOP: CardPath = [];

type Problems = ReadonlyMap<string, readonly Found[]>;

/** What the overview shows of a flow; what is the same stays the same object. */
export function useStops(document: FlowDocument, catalog: Catalog, problems: Problems): Stop[] {
  const stops = useMemo<Stop[]>(
    () => [
      { id: "start", title: designer.start.title },
      ...stopsOf(document.cards ?? NO_CARDS, TOP, catalog, problems),
    ],
    [document.cards, catalog, problems],
  );
  const shown = useRef(stops);
  shown.current = keepSame(shown.current, stops);
  return shown.current;
}

function stopsOf(
  uses: readonly CardUse[],
  within: CardPath,
  catalog: Catalog,
  problems: Problems,
): Stop[] {
  return uses.map((use, index) => {
    const path = [...within, index];
    const card = catalog.get(use.card);
    const own = problems.get(pointerOf(path)) ?? NONE;
    const wrong = own.filter((each) => each.severity === "error").length;
    return {
      id: use.id,
      title: card?.title ?? use.card,
      tone: wrong ? "bad" : own.length ? "warn" : undefined,
      said: wrong
        ? designer.problems(wrong)
        : own.length
          ? designer.warnings(own.length)
          : undefined,
      blocks: blocksOf(use, card).map((block) => ({
        title: block.title,
        stops: stopsOf(use.blocks?.[block.name] ?? [], [...path, block.name], catalog, problems),
      })),
    };
  });
}
