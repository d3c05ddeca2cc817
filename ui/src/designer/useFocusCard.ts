import { useCallback, useRef } from "react";
import type { FlowDocument } from "./document";
import type { Drawing } from "./drawing";
import { type Folds, unfoldTo } from "./folds";

const MOST_FRAMES = 30;

/** Brings a card into view and gives it the focus, out of whatever is folded around it. */
export function useFocusCard(folds: Folds, drawing: Drawing, now: () => FlowDocument) {
  const focusing = useRef<string | null>(null);
  return useCallback(
    (id: string) => {
      focusing.current = id;
      unfoldTo(folds, now(), id);
      drawing.draw(id);
      // What was just added is drawn in one of the next frames.
      const attempt = (left: number) => {
        if (focusing.current !== id) return;
        const element = document.getElementById(`card-${id}`);
        element?.scrollIntoView({ inline: "center", block: "nearest" });
        element?.focus({ preventScroll: true });
        if (!element && left) requestAnimationFrame(() => attempt(left - 1));
      };
      requestAnimationFrame(() => attempt(MOST_FRAMES));
    },
    [folds, drawing, now],
  );
}
