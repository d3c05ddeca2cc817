import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { card as cardQuery } from "../api/queries";
import { StatusBadge } from "../parts";
import { Chevron } from "../parts/icons";
import { runs } from "../texts";
import type { LiveCard } from "./folding";
import { everyUse } from "./nesting";
import styles from "./RunBlock.module.css";
import type { CardUse } from "./RunCard";

interface RunBlockProps {
  /** The card that holds it. */
  use: CardUse;
  name: string;
  held: readonly CardUse[];
  byId: ReadonlyMap<string, LiveCard>;
  children: ReactNode;
}

const TELLING = ["failed", "running", "cancelled"] as const;

/** The cards in one block of a card, as a row of their own under its caption. */
export function RunBlock({ use, name, held, byId, children }: RunBlockProps) {
  const { data } = useQuery({ ...cardQuery(use.card), retry: false });
  const title = data?.blocks.find((block) => block.name === name)?.title ?? name;
  const inside = everyUse(held);
  const states = new Set(inside.map(({ id }) => byId.get(id)?.status));
  const told = TELLING.find((state) => states.has(state));
  return (
    <details className={styles.block} open>
      <summary>
        <Chevron size={12} />
        <b>{title}</b>
        <span className={styles.count}>{runs.run.cards(inside.length)}</span>
        {told && <StatusBadge status={told} />}
      </summary>
      <ol className={styles.row} aria-label={runs.run.blockOf(title, use.id)}>
        {children}
      </ol>
    </details>
  );
}
