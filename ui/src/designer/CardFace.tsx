import type { CardDetail } from "../api/client";
import { designer } from "../texts";
import styles from "./Card.module.css";
import type { CardUse } from "./document";
import { Effects } from "./icons";
import { sentence } from "./sentence";

interface CardFaceProps {
  use: CardUse;
  card: CardDetail | undefined;
  /** Whether it is known that there is no such card. */
  unknown: boolean;
}

/** A card of which only the face is drawn yet: what it is, and what it will do. */
export function CardFace({ use, card, unknown }: CardFaceProps) {
  const Glyph = Effects[card?.effect ?? "pure"] ?? Effects.pure;
  return (
    <article
      className={styles.card}
      data-effect={card?.effect ?? "pure"}
      data-face
      aria-busy="true"
      aria-labelledby={`title-${use.id}`}
    >
      <div className={styles.top}>
        <span className={styles.glyph}>{Glyph && <Glyph size={15} />}</span>
        <div className={styles.names}>
          <h3 id={`title-${use.id}`} className={styles.title} dir="auto">
            {card?.title ?? use.card}
          </h3>
          <p className={styles.sentence}>
            {card ? sentence(card, use.inputs ?? {}) : unknown ? designer.card.unknown : "…"}
          </p>
        </div>
      </div>
    </article>
  );
}
