/** Cards inside cards, as the document of a run has them. */
import type { CardUse } from "./RunCard";

/** Every card, inner ones after the one that holds them. */
export function everyUse(uses: readonly CardUse[]): CardUse[] {
  return uses.flatMap((use) => [use, ...Object.values(use.blocks ?? {}).flatMap(everyUse)]);
}

/** The blocks of a card that hold some. */
export function filled({ blocks }: CardUse): [string, CardUse[]][] {
  return Object.entries(blocks ?? {}).filter(([, held]) => held.length);
}
