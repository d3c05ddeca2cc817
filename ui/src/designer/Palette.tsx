import { useQuery } from "@tanstack/react-query";
import type { CardSummary } from "../api/client";
import { cardList } from "../api/queries";
import { designer } from "../texts";
import { Chooser } from "./Chooser";

/** All cards to choose from, by what they do. */
export function Palette({ onChoose }: { onChoose: (cardId: string) => void }) {
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
    />
  );
}

function familyOf({ connector, id }: CardSummary): string {
  return connector === "s3" ? "Amazon S3" : (connector ?? id.split(".")[0] ?? "");
}
