import { useState } from "react";
import { designer } from "../texts";
import styles from "./Card.module.css";
import { useDesigner } from "./context";
import { CARD_ID, type CardUse, everyCard, renameCard } from "./document";

const texts = designer.card;

/** The card's id: shown as text one can write in; it counts once it is sound. */
export function CardId({ use }: { use: CardUse }) {
  const { edit, now, focusCard } = useDesigner();
  const [typed, setTyped] = useState<string | null>(null);
  const wrong =
    typed === null || typed === use.id
      ? null
      : !CARD_ID.test(typed)
        ? texts.idWrong
        : ["start", "run"].includes(typed) ||
            everyCard(now().cards).some((one) => one.use.id === typed)
          ? texts.idTaken
          : null;
  const settle = () => {
    if (typed !== null && typed !== use.id && !wrong) {
      edit((document) => renameCard(document, use.id, typed));
      focusCard(typed);
    }
    setTyped(null);
  };
  return (
    <div className={styles.id}>
      <label htmlFor={`id-${use.id}`}>{texts.id}</label>
      <input
        id={`id-${use.id}`}
        value={typed ?? use.id}
        spellCheck={false}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? `id-wrong-${use.id}` : undefined}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") settle();
          if (event.key === "Escape") setTyped(null);
        }}
      />
      {wrong && (
        <span id={`id-wrong-${use.id}`} className={styles.idWrong}>
          {wrong}
        </span>
      )}
    </div>
  );
}
