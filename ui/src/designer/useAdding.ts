import { useCallback, useRef, useState } from "react";
import type { Connection } from "../api/client";
import { card as cardQuery, queryClient } from "../api/queries";
import type { DesignerContext } from "./context";
import { type CardPath, insertCards } from "./document";
import { newCard } from "./newCard";

type Wanted = Pick<DesignerContext, "now" | "edit" | "focusCard" | "connections">;

export interface Adding {
  /** Where a card is being chosen for, if anywhere. */
  path: CardPath | null;
  addAt: (path: CardPath) => void;
  add: (cardId: string, path: CardPath) => Promise<void>;
  /** The choice is over, with a card or another way. */
  close: () => void;
  /** Given up: back to where it was begun from. */
  stop: () => void;
}

/** Adds a card where one asks for it, and goes on to it. */
export function useAdding({ now, edit, focusCard, connections }: Wanted): Adding {
  const [path, setPath] = useState<CardPath | null>(null);
  const opener = useRef<Element | null>(null);
  const known = useRef<readonly Connection[]>(connections);
  known.current = connections;

  const addAt = useCallback((at: CardPath) => {
    opener.current = document.activeElement;
    setPath(at);
  }, []);
  const add = useCallback(
    async (cardId: string, at: CardPath) => {
      const detail = await queryClient.ensureQueryData(cardQuery(cardId));
      const use = newCard(detail, now(), at, known.current);
      let id = use.id;
      edit((was) => {
        const made = insertCards(was, at, [use]);
        id = made.ids[0] ?? id;
        return made.document;
      });
      focusCard(id);
    },
    [now, edit, focusCard],
  );
  const close = useCallback(() => setPath(null), []);
  const stop = useCallback(() => {
    setPath(null);
    if (opener.current instanceof HTMLElement) opener.current.focus();
  }, []);
  return { path, addAt, add, close, stop };
}
