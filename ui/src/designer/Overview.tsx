import { memo } from "react";
import { designer } from "../texts";
import styles from "./Designer.module.css";

export interface Stop {
  id: string;
  title: string;
  /** How it is: problems of a card, the state of a card run. With a word, never by colour alone. */
  tone?: "bad" | "warn";
  said?: string;
  /** The cards inside it, by block. */
  blocks?: readonly { title: string; stops: readonly Stop[] }[];
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
        <Stops stops={stops} onJump={onJump} />
      </ol>
    </nav>
  );
});

function Stops({ stops, onJump }: { stops: readonly Stop[]; onJump: (id: string) => void }) {
  return stops.map((stop) => (
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
      {stop.blocks?.map(
        (block) =>
          block.stops.length > 0 && (
            <ol key={block.title} aria-label={block.title} title={block.title}>
              <Stops stops={block.stops} onJump={onJump} />
            </ol>
          ),
      )}
    </li>
  ));
}
