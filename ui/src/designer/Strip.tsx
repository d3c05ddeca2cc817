import { memo, useEffect, useRef } from "react";
import type { CardDetail } from "../api/client";
import { Plus } from "../parts/icons";
import { designer } from "../texts";
import { ActionCard } from "./ActionCard";
import { Block } from "./Block";
import blocks from "./Block.module.css";
import cards from "./Card.module.css";
import { CardFace } from "./CardFace";
import { useDesigner } from "./context";
import styles from "./Designer.module.css";
import { after, type CardPath, type CardUse, pointerOf } from "./document";
import { takesCards } from "./drag";
import { useDrawn } from "./drawing";
import { type Found, keepSame } from "./editing";
import { moveTo } from "./moving";
import { blocksOf, type Catalog } from "./scope";

export interface StripProps {
  uses: readonly CardUse[];
  within: CardPath;
  catalog: Catalog;
  unknown: ReadonlySet<string>;
  problems: ReadonlyMap<string, readonly Found[]>;
  used: ReadonlyMap<string, ReadonlySet<string>>;
  onCopy: (use: CardUse) => void;
  /** So many cards in the flow that those out of sight are better drawn later. */
  many: boolean;
}

const NONE: readonly Found[] = [];
const NOTHING: ReadonlySet<string> = new Set();
/** So many are in view when a flow is opened, and on a wide screen. */
const IN_VIEW = 8;

/** Cards in order, each followed by the way to add one after it. */
export function CardItems({ uses, within, ...props }: StripProps) {
  const { catalog, unknown, problems, used, onCopy, many } = props;
  return uses.map((use, index) => {
    const path = [...within, index];
    const card = catalog.get(use.card);
    const own = problems.get(pointerOf(path)) ?? NONE;
    const held = blocksOf(use, card);
    return (
      <Item
        key={use.id}
        use={use}
        place={JSON.stringify(path)}
        card={card}
        unknown={unknown.has(use.card)}
        problems={own}
        used={used.get(use.id) ?? NOTHING}
        last={index === uses.length - 1}
        onCopy={onCopy}
        many={many}
        inner={
          held.length
            ? held.map((block) => (
                <Block
                  key={block.name}
                  {...props}
                  use={use}
                  path={pathOf(JSON.stringify(path))}
                  block={block}
                  own={own}
                />
              ))
            : null
        }
      />
    );
  });
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

const Item = memo(function Item({ inner, place, many, ...props }: ItemProps) {
  const path = pathOf(place);
  const use = useBare(props.use);
  const { drawing } = useDesigner();
  const slot = useRef<HTMLDivElement>(null);
  const drawn = useDrawn(drawing, use.id, slot, {
    atOnce: !many || path.every((step) => typeof step === "string" || step < IN_VIEW),
    // Drawn before its card has come, it would have to be drawn again.
    ready: props.card !== undefined || props.unknown,
  });
  const title = `${props.card?.title ?? props.use.card} ${props.use.id}`;
  const card = (
    <div ref={slot} className={cards.slot} data-many={many || undefined}>
      {drawn ? (
        <ActionCard {...props} use={use} path={path} />
      ) : (
        <CardFace use={use} card={props.card} unknown={props.unknown} />
      )}
    </div>
  );
  return (
    <li className={styles.item}>
      {inner ? (
        // biome-ignore lint/a11y/useSemanticElements: a group of cards, not of form fields
        <div className={blocks.holder} role="group" aria-label={designer.block.whole(title)}>
          {card}
          <div className={blocks.blocks}>{inner}</div>
        </div>
      ) : (
        card
      )}
      <AddButton path={after(path)} title={designer.card.addAfter(title)} />
    </li>
  );
});

/** A card without those inside of it: the same object as long as only they change. */
function useBare({ blocks: _, ...use }: CardUse): CardUse {
  const before = useRef<CardUse | null>(null);
  before.current = keepSame(before.current, use);
  return before.current;
}

/** Between two cards: what was goes on to what follows, to a new card, or to one that is dropped. */
export function AddButton({
  path,
  title,
  empty = false,
}: {
  path: CardPath;
  title: string;
  /** Whether it stands where there is no card at all, and says so. */
  empty?: boolean;
}) {
  const { addAt } = useDesigner();
  const element = useRef<HTMLButtonElement>(null);
  useGap(element, path);
  return (
    <button
      ref={element}
      type="button"
      className={empty ? blocks.empty : styles.add}
      aria-label={title}
      title={empty ? undefined : designer.card.add}
      onClick={() => addAt(path)}
    >
      <Plus size={13} />
      {empty && <span>{designer.block.empty}</span>}
    </button>
  );
}

/** Let a gap take cards: any but the ones beside it, and one that the gap itself is inside of. */
function useGap(element: { current: HTMLElement | null }, path: CardPath) {
  const { now, edit, focusCard, idAt } = useDesigner();
  const latest = useRef(path);
  latest.current = path;
  useEffect(() => {
    if (!element.current) return;
    return takesCards(element.current, {
      fits: (from) => moveTo(now(), from, latest.current) !== now(),
      take: (from) => {
        const id = idAt(from);
        edit((document) => moveTo(document, from, latest.current));
        if (id) focusCard(id);
      },
    });
  }, [element, now, edit, focusCard, idAt]);
}
