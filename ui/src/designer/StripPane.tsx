import { memo } from "react";
import { designer } from "../texts";
import styles from "./Designer.module.css";
import type { CardPath, CardUse, FlowDocument } from "./document";
import { overStrip } from "./drag";
import type { Found } from "./editing";
import { Palette } from "./Palette";
import { StartCard } from "./StartCard";
import { AddButton, CardItems } from "./Strip";
import type { Catalog } from "./scope";

interface StripPaneProps {
  document: FlowDocument;
  catalog: Catalog;
  /** Names of cards that there are not. */
  unknown: ReadonlySet<string>;
  problems: ReadonlyMap<string, readonly Found[]>;
  used: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many cards there are, inner ones too. */
  count: number;
  /** Whether it waits for its text to be mended. */
  inert: boolean;
  onCopy: (use: CardUse) => void;
  onAdd: (cardId: string, path: CardPath) => void;
}

const NONE: readonly Found[] = [];
const NOTHING: ReadonlySet<string> = new Set();
const NO_CARDS: readonly CardUse[] = [];
const TOP: CardPath = [];
const FIRST: CardPath = [0];
const MANY = 30;

/** The strip, scrolled from the start to the last card; or, before there is one, what it can be. */
export const StripPane = memo(function StripPane(props: StripPaneProps) {
  const { document, catalog, unknown, problems, used, count, inert, onCopy, onAdd } = props;
  return (
    <div className={styles.scroller} data-scroller inert={inert} {...overStrip}>
      <ol className={styles.strip} aria-label={designer.strip}>
        <li className={styles.item}>
          <StartCard
            title={document.title}
            description={document.description}
            start={document.start}
            flow={document.flow}
            problems={problems.get("start") ?? NONE}
            used={used.get("start") ?? NOTHING}
          />
          <AddButton path={FIRST} title={designer.card.addAfter(designer.start.title)} />
        </li>
        <CardItems
          uses={document.cards ?? NO_CARDS}
          within={TOP}
          catalog={catalog}
          unknown={unknown}
          problems={problems}
          used={used}
          onCopy={onCopy}
          many={count > MANY}
        />
        {!count && (
          <li className={styles.invitation}>
            <h3>{designer.palette.title}</h3>
            <Palette onChoose={(id) => onAdd(id, FIRST)} />
          </li>
        )}
      </ol>
    </div>
  );
});
