import { useCallback } from "react";
import { answer, api } from "../api/client";
import { designer } from "../texts";
import type { DesignerContext } from "./context";
import { type CardPath, type CardUse, type FlowDocument, insertCards } from "./document";

type Wanted = Pick<DesignerContext, "edit" | "focusCard" | "announce">;

/** Copy and paste of cards, as YAML: from one flow to another, from and to a message or a file. */
export function useClipboard({ edit, focusCard, announce }: Wanted) {
  const copy = useCallback(
    async (use: CardUse) => {
      const drafted = await answer(
        api.POST("/api/v1/flows/draft", {
          body: { text: "", document: { flow: "copied", cards: [use] } },
        }),
      );
      await navigator.clipboard.writeText(drafted.text.replace(/^flow: copied\n/, ""));
      announce(designer.card.copied);
    },
    [announce],
  );

  const pasteAt = useCallback(
    async (path: CardPath) => {
      const text = await navigator.clipboard.readText().catch(() => "");
      const found = await cardsOf(text);
      if (!found.length) {
        announce(designer.card.pasteNothing);
        return;
      }
      let first = "";
      edit((was) => {
        const { document: changed, ids } = insertCards(was, path, found);
        first = ids[0] ?? "";
        return changed;
      });
      focusCard(first);
    },
    [edit, focusCard, announce],
  );
  return { copy, pasteAt };
}

/** The cards that a text from the clipboard says. */
async function cardsOf(text: string): Promise<CardUse[]> {
  if (!text.trim()) return [];
  const body = /^flow:/m.test(text)
    ? text
    : `flow: pasted\n${/^cards:/m.test(text) ? "" : "cards:\n"}${text}`;
  try {
    const drafted = await answer(
      api.POST("/api/v1/flows/draft", { body: { text: body, document: null } }),
    );
    return (drafted.document as unknown as FlowDocument | null)?.cards ?? [];
  } catch {
    return [];
  }
}
