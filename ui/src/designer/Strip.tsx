import { memo } from "react";
import type { CardDetail } from "../api/client";
import { Plus } from "../parts/icons";
import { designer } from "../texts";
import { ActionCard, after } from "./ActionCard";
import cards from "./Card.module.css";
import { useDesigner } from "./context";
import styles from "./Designer.module.css";
import { type CardPath, type CardUse, pointerOf } from "./document";
import type { Found } from "./editing";
import type { Catalog } from "./scope";

interface StripProps {
  uses: readonly CardUse[];
  within: CardPath;
  catalog: Catalog;
  unknown: ReadonlySet<string>;
  problems: ReadonlyMap<string, readonly Found[]>;
  used: ReadonlyMap<string, ReadonlySet<string>>;
  onCopy: (use: CardUse) => void;
}

const MANY = 30;
const NONE: readonly Found[] = [];
const NOTHING: ReadonlySet<string> = new Set();

/** Cards in order, each followed by the way to add one after it. */
export function CardItems({ uses, within, catalog, unknown, problems, used, onCopy }: StripProps) {
  return uses.map((use, index) => (
    <Item
      key={use.id}
      use={use}
      place={JSON.stringify([...within, index])}
      card={catalog.get(use.card)}
      unknown={unknown.has(use.card)}
      problems={problems.get(pointerOf([...within, index])) ?? NONE}
      used={used.get(use.id) ?? NOTHING}
      last={index === uses.length - 1}
      onCopy={onCopy}
      many={uses.length > MANY}
      inner={
        use.blocks && Object.keys(use.blocks).length
          ? Object.entries(use.blocks).map(([name, held]) => (
              <section
                key={name}
                className={styles.block}
                aria-label={`${designer.card.blocks}: ${name}`}
              >
                <h4>{name}</h4>
                <ol className={styles.strip}>
                  <CardItems
                    uses={held}
                    within={[...within, index, name]}
                    catalog={catalog}
                    unknown={unknown}
                    problems={problems}
                    used={used}
                    onCopy={onCopy}
                  />
                  <li className={styles.gap}>
                    <AddButton path={[...within, index, name, held.length]} title={name} />
                  </li>
                </ol>
              </section>
            ))
          : null
      }
    />
  ));
}

interface ItemProps {
  use: CardUse;
  /** The path as text, which is the same as long as it is. */
  place: string;
  card: CardDetail | undefined;
  unknown: boolean;
  problems: readonly Found[];
  used: ReadonlySet<string>;
  last: boolean;
  onCopy: (use: CardUse) => void;
  /** So many cards that those out of sight are better not drawn. */
  many: boolean;
  inner: React.ReactNode;
}

const paths = new Map<string, CardPath>();

/** The path that a text says: one object for each, so that nothing is drawn anew for it. */
function pathOf(place: string): CardPath {
  let path = paths.get(place);
  if (!path) {
    path = JSON.parse(place) as CardPath;
    paths.set(place, path);
  }
  return path;
}

const Item = memo(function Item({ inner, place, ...props }: ItemProps) {
  const path = pathOf(place);
  const card = <ActionCard {...props} path={path} />;
  return (
    <li className={styles.item} data-holds={inner ? true : undefined}>
      {inner ? (
        <div className={styles.container}>
          {card}
          {inner}
        </div>
      ) : (
        <div className={cards.slot} data-many={props.many || undefined}>
          {card}
        </div>
      )}
      <AddButton
        path={after(path)}
        title={`${props.card?.title ?? props.use.card} ${props.use.id}`}
      />
    </li>
  );
});

/** Between two cards: what was goes on to what follows, or to a new card. */
export function AddButton({ path, title }: { path: CardPath; title: string }) {
  const { addAfter } = useDesigner();
  return (
    <button
      type="button"
      className={styles.add}
      aria-label={designer.card.addAfter(title)}
      title={designer.card.add}
      onClick={() => addAfter(path)}
    >
      <Plus size={13} />
    </button>
  );
}
