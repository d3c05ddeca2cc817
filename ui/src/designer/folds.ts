/** Which blocks of further cards are folded up. Outside React's state: folding one draws that one
 * anew and no other. */
import { useSyncExternalStore } from "react";
import { type FlowDocument, holdersOf, pathOfId } from "./document";

export interface Folds {
  isFolded: (key: string) => boolean;
  set: (key: string, folded: boolean) => void;
  subscribe: (listener: () => void) => () => void;
}

export function makeFolds(): Folds {
  const folded = new Set<string>();
  const listeners = new Set<() => void>();
  return {
    isFolded: (key) => folded.has(key),
    set: (key, now) => {
      if (folded.has(key) === now) return;
      if (now) folded.add(key);
      else folded.delete(key);
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A block by the card that holds it: the same wherever the card is moved. */
export function foldKey(cardId: string, block: string): string {
  return `${cardId} ${block}`;
}

export function useFolded(folds: Folds, key: string): boolean {
  return useSyncExternalStore(folds.subscribe, () => folds.isFolded(key));
}

/** Unfold whatever holds the card of this id. */
export function unfoldTo(folds: Folds, document: FlowDocument, id: string): void {
  const path = pathOfId(document, id);
  for (const { use, block } of path ? holdersOf(document, path) : []) {
    folds.set(foldKey(use.id, block), false);
  }
}
