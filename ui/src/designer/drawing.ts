/**
 * Which cards are drawn in full where there are so many that drawing them all keeps one waiting:
 * those in view at once, those that come near as one scrolls, and the others whenever there is
 * nothing else to do. Outside React's state: drawing one draws no other anew.
 */
import { type RefObject, useEffect, useSyncExternalStore } from "react";

export interface Drawing {
  isDrawn: (id: string) => boolean;
  draw: (id: string) => void;
  subscribe: (listener: () => void) => () => void;
  /** Draw the card once its element comes near, or its turn; gives how to stop that. */
  wait: (element: Element, id: string) => () => void;
}

/** A width of the strip on either side: what is there is drawn before one has scrolled to it. */
const NEAR = "0px 100%";
/** Milliseconds that a card may take: with less of them left, the next frame comes first. */
const ENOUGH = 8;

export function makeDrawing(): Drawing {
  const drawn = new Set<string>();
  const listeners = new Set<() => void>();
  const waiting = new Map<Element, string>();
  let observer: IntersectionObserver | null = null;
  let scheduled = false;

  const draw = (id: string) => {
    if (drawn.has(id)) return;
    drawn.add(id);
    for (const listener of listeners) listener();
  };
  const drawNext = (left: number) => {
    scheduled = false;
    const [next] = waiting.values();
    if (next === undefined) return;
    if (left >= ENOUGH) draw(next);
    schedule();
  };
  const schedule = () => {
    if (scheduled || !waiting.size) return;
    scheduled = true;
    whenIdle(drawNext);
  };

  return {
    isDrawn: (id) => drawn.has(id),
    draw,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wait: (element, id) => {
      observer ??= new IntersectionObserver(
        (entries) => {
          for (const { target, isIntersecting } of entries) {
            const near = isIntersecting && waiting.get(target);
            if (near) draw(near);
          }
        },
        { root: element.closest("[data-scroller]"), rootMargin: NEAR },
      );
      waiting.set(element, id);
      observer.observe(element);
      schedule();
      return () => {
        waiting.delete(element);
        observer?.unobserve(element);
      };
    },
  };
}

/** Whether a card is drawn in full; once it is, it stays so. */
export function useDrawn(
  drawing: Drawing,
  id: string,
  element: RefObject<Element | null>,
  { atOnce, ready }: { atOnce: boolean; ready: boolean },
): boolean {
  const drawn = useSyncExternalStore(drawing.subscribe, () => drawing.isDrawn(id)) || atOnce;
  useEffect(() => {
    if (drawn) drawing.draw(id);
    else if (ready && element.current) return drawing.wait(element.current, id);
  }, [drawing, id, element, drawn, ready]);
  return drawn;
}

/** Safari has no idle callbacks; a pause leaves it time for what one does meanwhile. */
function whenIdle(act: (left: number) => void) {
  if ("requestIdleCallback" in window)
    requestIdleCallback((deadline) => act(deadline.timeRemaining()));
  else setTimeout(() => act(ENOUGH), 50);
}
