import { useRef } from "react";
import { Prose } from "../parts";
import { Chevron, Warning } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Block.module.css";
import cards from "./Card.module.css";
import { useDesigner } from "./context";
import strip from "./Designer.module.css";
import { type CardPath, type CardUse, everyCard, pointerOf } from "./document";
import { type Found, keepSame } from "./editing";
import { foldKey, useFolded } from "./folds";
import { Repeat } from "./icons";
import { Outputs } from "./Outputs";
import { AddButton, CardItems, type StripProps } from "./Strip";
import { type BlockOf, givesShape } from "./scope";
import type { Shape } from "./shape";

interface BlockProps extends Omit<StripProps, "uses" | "within"> {
  /** The card that holds it, and where that stands. */
  use: CardUse;
  path: CardPath;
  block: BlockOf;
  /** Problems of the card that holds it. */
  own: readonly Found[];
}

const texts = designer.block;
const NOTHING: ReadonlySet<string> = new Set();

/** A row of cards inside a card, under its caption. */
export function Block({ use, path, block, own, ...props }: BlockProps) {
  const { folds, now } = useDesigner();
  const key = foldKey(use.id, block.name);
  const folded = useFolded(folds, key);
  const uses = use.blocks?.[block.name] ?? [];
  const within = [...path, block.name];
  const pointer = `${pointerOf(path)}/blocks/${block.name}`;
  const said = own.filter((each) => each.pointer === pointer);
  const inside = folded ? countWrong(props.problems, pointer) : 0;
  const shape = useSame(givesShape(now(), path, use, block, props.catalog));
  return (
    <section
      className={styles.block}
      aria-label={texts.label(block.title, use.id)}
      data-repeated={block.repeated || undefined}
    >
      <div className={styles.caption}>
        <button
          type="button"
          aria-expanded={!folded}
          aria-label={texts.fold(block.title, use.id)}
          onClick={() => folds.set(key, !folded)}
        >
          <Chevron size={12} />
          <span className={styles.title}>{block.title}</span>
          {block.repeated && <Repeat size={12} />}
        </button>
        <span className={styles.count}>{texts.cards(everyCard(uses).length)}</span>
        {inside > 0 && (
          <span className={styles.wrong}>
            <Warning size={12} /> {designer.problems(inside)}
          </span>
        )}
        {block.help && !folded && <span className={styles.help}>{block.help}</span>}
      </div>
      {said.map((each) => (
        <p
          key={each.code}
          className={styles.problem}
          data-severity={each.code === "missing" ? "missing" : each.severity}
        >
          {each.code === "missing" ? (
            texts.needed
          ) : (
            <>
              <Warning size={13} /> <Prose text={each.message} />{" "}
              {each.hint && <Prose text={each.hint} />}
            </>
          )}
        </p>
      ))}
      {!folded && (
        <ol className={strip.strip} aria-label={texts.label(block.title, use.id)}>
          <li className={strip.item}>
            {shape && (
              <div className={styles.gives}>
                <p className={cards.quiet}>{texts.gives}</p>
                <Outputs
                  root={use.id}
                  shape={shape}
                  used={props.used.get(use.id) ?? NOTHING}
                  label={texts.givesOf(block.title, use.id)}
                  within={within}
                />
              </div>
            )}
            <AddButton
              path={[...within, 0]}
              title={(uses.length ? texts.begin : texts.first)(block.title, use.id)}
              empty={!uses.length}
            />
          </li>
          <CardItems {...props} uses={uses} within={within} />
        </ol>
      )}
    </section>
  );
}

function countWrong(problems: StripProps["problems"], pointer: string): number {
  let count = 0;
  for (const [card, found] of problems) {
    if (card.startsWith(`${pointer}/`)) {
      count += found.filter((each) => each.severity === "error").length;
    }
  }
  return count;
}

/** The same object as long as it says the same. */
function useSame(shape: Shape | null): Shape | null {
  const before = useRef<Shape | null>(null);
  before.current = keepSame(before.current, shape);
  return before.current;
}
