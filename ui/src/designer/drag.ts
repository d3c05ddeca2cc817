/** An output being dragged, and the inputs on the page that take it. Outside React: what is being
 * dragged over must not draw 300 cards anew. */
import type { Reference } from "./mapping";
import { type Fit, type Shape, suits } from "./shape";

export interface Dragged {
  reference: Reference;
  shape: Shape;
}

interface Target {
  shape: Shape;
  /** Whether what is dragged has a value where this input is. */
  knows: (root: string) => boolean;
  take: (dragged: Dragged) => void;
}

const targets = new Map<HTMLElement, Target>();
let dragged: Dragged | null = null;

/** Let an element take what is dropped on it; gives how to stop that. */
export function takes(element: HTMLElement, target: Target): () => void {
  targets.set(element, target);
  return () => targets.delete(element);
}

export function begin(what: Dragged): void {
  dragged = what;
  for (const [element, target] of targets) {
    element.dataset.fit = target.knows(what.reference.root)
      ? suits(what.shape, target.shape)
      : "no";
  }
}

export function end(): void {
  dragged = null;
  for (const element of targets.keys()) {
    delete element.dataset.fit;
    delete element.dataset.over;
  }
}

/** Listeners for whatever holds all targets. */
export const overStrip = {
  onDragOver(event: React.DragEvent) {
    const found = targetOf(event);
    for (const element of targets.keys()) {
      if (element !== found?.element) delete element.dataset.over;
    }
    if (!found || !dragged || found.fit === "no") return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "link";
    found.element.dataset.over = "true";
  },
  onDrop(event: React.DragEvent) {
    const found = targetOf(event);
    const what = dragged;
    end();
    if (!found || !what || found.fit === "no") return;
    event.preventDefault();
    found.target.take(what);
  },
};

function targetOf(event: React.DragEvent) {
  let here = event.target instanceof Element ? event.target : null;
  while (here) {
    const target = here instanceof HTMLElement ? targets.get(here) : undefined;
    if (target && here instanceof HTMLElement) {
      return { element: here, target, fit: here.dataset.fit as Fit | undefined };
    }
    here = here.parentElement;
  }
  return null;
}
