/** What is being dragged over the strip, and what on the page takes it: an output goes onto an
 * input, a card into a gap between cards. Outside React: what is being dragged over must not draw
 * 300 cards anew. */
import type { CardPath } from "./document";
import type { Reference } from "./mapping";
import { type Fit, fitOf as fitting, type Shape } from "./shape";

export interface Dragged {
  reference: Reference;
  shape: Shape;
  /** The block inside which alone it has a value. */
  within?: CardPath;
}

interface Target {
  /** The card and the names that lead to the input: `read/source/bucket`. */
  key: string;
  shape: Shape;
  /** Whether what is dragged has a value where this input is. */
  knows: (dragged: Dragged) => boolean;
  take: (dragged: Dragged) => void;
}

interface Gap {
  /** Whether the card at this path can come here. */
  fits: (from: CardPath) => boolean;
  take: (from: CardPath) => void;
}

const targets = new Map<HTMLElement, Target>();
const gaps = new Map<HTMLElement, Gap>();
let dragged: Dragged | null = null;
let carried: CardPath | null = null;

/** Let an element take the outputs that are dropped on it; gives how to stop that. */
export function takes(element: HTMLElement, target: Target): () => void {
  targets.set(element, target);
  return () => targets.delete(element);
}

/** Let an element take the cards that are dropped on it; gives how to stop that. */
export function takesCards(element: HTMLElement, gap: Gap): () => void {
  gaps.set(element, gap);
  return () => gaps.delete(element);
}

/** Give an input what would be dropped on it; false if it is not on the page. */
export function give(key: string, what: Dragged): boolean {
  const target = [...targets.values()].find((each) => each.key === key);
  target?.take(what);
  return target !== undefined;
}

export function begin(what: Dragged): void {
  dragged = what;
  for (const [element, target] of targets) {
    element.dataset.fit = target.knows(what) ? fitting(what.shape, target.shape) : "no";
  }
}

export function beginCard(path: CardPath): void {
  carried = path;
  // What changes in size under the pointer right away would end the drag.
  requestAnimationFrame(() => {
    if (carried !== path) return;
    for (const [element, gap] of gaps) element.dataset.fit = gap.fits(path) ? "fits" : "no";
  });
}

export function end(): void {
  dragged = carried = null;
  for (const element of [...targets.keys(), ...gaps.keys()]) {
    delete element.dataset.fit;
    delete element.dataset.over;
  }
}

/** Listeners for whatever holds all targets. */
export const overStrip = {
  onDragOver(event: React.DragEvent) {
    const found = carried ? elementOf(event, gaps) : dragged ? elementOf(event, targets) : null;
    for (const element of (carried ? gaps : targets).keys()) {
      if (element !== found) delete element.dataset.over;
    }
    if (!found || fitOf(found) === "no") return;
    event.preventDefault();
    event.dataTransfer.dropEffect = carried ? "move" : "link";
    found.dataset.over = "true";
  },
  onDrop(event: React.DragEvent) {
    const [card, output] = [carried, dragged];
    const found = card ? elementOf(event, gaps) : elementOf(event, targets);
    const fits = found !== null && fitOf(found) !== "no";
    end();
    if (!found || !fits) return;
    event.preventDefault();
    if (card) gaps.get(found)?.take(card);
    else if (output) targets.get(found)?.take(output);
  },
};

function fitOf(element: HTMLElement): Fit | undefined {
  return element.dataset.fit as Fit | undefined;
}

/** The innermost element around the pointer that takes something. */
function elementOf(
  event: React.DragEvent,
  among: ReadonlyMap<HTMLElement, unknown>,
): HTMLElement | null {
  let here = event.target instanceof Element ? event.target : null;
  while (here && !(here instanceof HTMLElement && among.has(here))) here = here.parentElement;
  return here instanceof HTMLElement ? here : null;
}
