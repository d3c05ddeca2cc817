import { memo } from "react";
import { designer } from "../texts";
import styles from "./Designer.module.css";

export interface Stop {
  id: string;
  title: string;
  /** How it is: problems of a card, the state of a card run. With a word, never by colour alone. */
  tone?: "bad" | "warn";
  said?: string;
}

/** All cards in a row of small buttons, to see the whole and to jump. */
export const Overview = memo(function Overview({
  stops,
  onJump,
}: {
  stops: readonly Stop[];
  onJump: (id: string) => void;
}) {
  return (
    <nav className={styles.overview} aria-label={designer.overview}>
      <ol>
        {stops.map((stop) => (
          <li key={stop.id}>
            <button
              type="button"
              data-tone={stop.tone}
              title={stop.said ? `${stop.title}: ${stop.said}` : stop.id}
              onClick={() => onJump(stop.id)}
            >
              {stop.title}
              {stop.said && <span className={styles.hidden}>, {stop.said}</span>}
              {stop.tone && <span aria-hidden="true"> {stop.tone === "bad" ? "✗" : "!"}</span>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
});
