/** Where a card of a flow can go, and the flow once it has. */
import {
  type CardPath,
  type CardUse,
  cardAt,
  type FlowDocument,
  holdersOf,
  inCards,
  leadsInto,
  removeCard,
} from "./document";

/** The card at `from` before the one at `to`, as the document is now; unchanged where that is
 * inside the card itself. */
export function moveTo(document: FlowDocument, from: CardPath, to: CardPath): FlowDocument {
  const use = cardAt(document, from);
  const index = Number(from.at(-1));
  const besides = to.length === from.length && leadsInto(to, from.slice(0, -1));
  const stays = besides && (to.at(-1) === index || to.at(-1) === index + 1);
  if (!use || stays || (to.length > from.length && leadsInto(to, from))) return document;
  const added = inCards(document, to, (list, at) => list.splice(at, 0, use));
  return removeCard(added, shifted(from, to, 1));
}

/** Where `path` leads once `by` cards were put in before the one at `at`. */
export function shifted(path: CardPath, at: CardPath, by: number): CardPath {
  const last = at.length - 1;
  const step = path[last];
  const here = at[last];
  if (typeof step !== "number" || typeof here !== "number" || step < here) return path;
  return leadsInto(path, at.slice(0, -1)) ? path.with(last, step + by) : path;
}

/** Where a card can go by one step up or down: out of what holds it, or into what stands beside. */
export interface Step {
  to: CardPath;
  /** The card that it goes into or out of, and the block; none where it leaves that card. */
  use: CardUse;
  block?: string;
}

/** Blocks of a card in the order in which they are shown. */
export type BlocksOf = (use: CardUse) => readonly string[];

export function stepUp(
  document: FlowDocument,
  path: CardPath,
  blocksOf: BlocksOf,
): Step | undefined {
  const holder = holdersOf(document, path).at(-1);
  if (!holder) return undefined;
  const blocks = blocksOf(holder.use);
  const before = blocks[blocks.indexOf(holder.block) - 1];
  if (before === undefined)
    return { to: [...holder.path.slice(0, -1), next(holder.path)], use: holder.use };
  const to = [...holder.path, before, holder.use.blocks?.[before]?.length ?? 0];
  return { to, use: holder.use, block: before };
}

export function stepDown(
  document: FlowDocument,
  path: CardPath,
  blocksOf: BlocksOf,
): Step | undefined {
  const index = Number(path.at(-1));
  for (const at of [index - 1, index + 1]) {
    const beside = [...path.slice(0, -1), at];
    const use = at < 0 ? undefined : cardAt(document, beside);
    const [block] = use ? blocksOf(use) : [];
    if (!use || block === undefined) continue;
    const last = use.blocks?.[block]?.length ?? 0;
    return { to: [...beside, block, at < index ? last : 0], use, block };
  }
  const holder = holdersOf(document, path).at(-1);
  if (!holder) return undefined;
  const blocks = blocksOf(holder.use);
  const below = blocks[blocks.indexOf(holder.block) + 1];
  if (below === undefined) return undefined;
  return { to: [...holder.path, below, 0], use: holder.use, block: below };
}

function next(path: CardPath): number {
  return Number(path.at(-1)) + 1;
}

/** The card at `path` so many places further; unchanged at the ends. */
export function moveCard(document: FlowDocument, path: CardPath, by: number): FlowDocument {
  let moved = false;
  const changed = inCards(document, path, (list, index) => {
    const target = index + by;
    if (target < 0 || target >= list.length) return;
    list.splice(target, 0, ...list.splice(index, 1));
    moved = true;
  });
  return moved ? changed : document;
}
