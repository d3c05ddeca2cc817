import { cards } from "../texts";
import styles from "./Effect.module.css";

/** What a card does to the world, as a coloured word. */
export function Effect({ effect }: { effect: string }) {
  return (
    <span className={styles.effect} data-effect={effect} title={cards.effectHelp[effect]}>
      {cards.effects[effect] ?? effect}
    </span>
  );
}
