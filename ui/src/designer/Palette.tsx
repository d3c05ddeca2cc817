import { useQuery } from "@tanstack/react-query";
import type { CardSummary } from "../api/client";
import { cardList } from "../api/queries";
import { designer } from "../texts";
import { Chooser } from "./Chooser";
import styles from "./Chooser.module.css";

interface PaletteProps {
  onChoose: (cardId: string) => void;
  /** Put in what the clipboard holds instead. */
  onPaste?: () => void;
}

/** All cards to choose from, by what they do. */
export function Palette({ onChoose, onPaste }: PaletteProps) {
  const { data: cards = [] } = useQuery(cardList);
  const groups = new Map<string, CardSummary[]>();
  for (const each of cards) {
    if (each.kind === "start") continue;
    const title = familyOf(each);
    groups.set(title, [...(groups.get(title) ?? []), each]);
  }
  return (
    <Chooser
      label={designer.palette.search}
      hint={designer.palette.hint}
      none={designer.palette.none}
      groups={[...groups].map(([title, held]) => ({
        title,
        options: held.map((each) => ({
          key: each.id,
          label: each.title,
          detail: each.summary,
          aside: designer.card.effect[each.effect],
          tone: each.effect,
        })),
      }))}
      onChoose={onChoose}
      footer={
        onPaste && (
          <button type="button" className={styles.paste} onClick={onPaste}>
            {designer.card.pasteHere}
          </button>
        )
      }
    />
  );
}

function familyOf({ connector, id }: CardSummary): string {
  return connector === "s3" ? "Amazon S3" : (connector ?? id.split(".")[0] ?? "");
}
