import { createContext, useContext } from "react";
import type { Connection, Schema } from "../api/client";
import type { CardPath, FlowDocument } from "./document";
import type { Drawing } from "./drawing";
import type { Folds } from "./folds";
import type { Catalog } from "./scope";

/** What an input was before it was mapped, and what it was mapped to before it was typed. */
export interface Kept {
  fixed?: unknown;
  mapped?: string;
}

export interface DesignerContext {
  /** The document as it is now, for whatever is opened or dropped. */
  now: () => FlowDocument;
  /** Change it; changes of one `key` in quick succession are undone together. */
  edit: (change: (document: FlowDocument) => FlowDocument, key?: string) => void;
  /** The text with everything of the strip in it, and its problems. */
  settled: () => Promise<Schema<"DraftedFlow">>;
  catalog: Catalog;
  connections: readonly Connection[];
  /** By card id and input: values that come back when the mode is switched again. */
  kept: Map<string, Kept>;
  /** Say something to screen readers. */
  announce: (text: string) => void;
  newConnection: (cardId: string) => void;
  /** Choose a card to come before the one at `path`. */
  addAt: (path: CardPath) => void;
  pasteAt: (path: CardPath) => void;
  idAt: (path: CardPath) => string | undefined;
  focusCard: (id: string) => void;
  /** Which blocks are folded up. */
  folds: Folds;
  /** Which cards are drawn in full. */
  drawing: Drawing;
}

const Context = createContext<DesignerContext | null>(null);

export const DesignerProvider = Context.Provider;

export function useDesigner(): DesignerContext {
  const found = useContext(Context);
  if (!found) throw new Error("a part of the designer stands outside of it");
  return found;
}
