import { Menu } from "@mantine/core";
import { useCallback } from "react";
import { designer } from "../texts";
import styles from "./Card.module.css";
import { useDesigner } from "./context";
import type { CardPath, FlowDocument } from "./document";
import { moveCard, moveTo, type Step, stepDown, stepUp } from "./moving";
import { blocksOf, type Catalog } from "./scope";

export type Direction = "left" | "right" | "up" | "down";

const texts = designer.card;
const STEPS = { up: stepUp, down: stepDown };

/** Where a card goes from `path`, up or down: out of what holds it, or into what stands beside. */
function stepOf(
  direction: "up" | "down",
  document: FlowDocument,
  path: CardPath,
  catalog: Catalog,
): (Step & { title?: string }) | undefined {
  const step = STEPS[direction](document, path, (use) =>
    blocksOf(use, catalog.get(use.card)).map(({ name }) => name),
  );
  if (!step?.block) return step;
  const found = blocksOf(step.use, catalog.get(step.use.card));
  return { ...step, title: found.find(({ name }) => name === step.block)?.title };
}

/** How to move the card of this id by one step; it keeps the focus and says where it is. */
export function useMoves(id: string, path: CardPath): (direction: Direction) => void {
  const { now, edit, focusCard, announce, catalog } = useDesigner();
  return useCallback(
    (direction) => {
      if (direction === "left" || direction === "right") {
        const by = direction === "left" ? -1 : 1;
        const before = now();
        edit((document) => moveCard(document, path, by));
        if (now() !== before) announce(texts.moved(Number(path.at(-1)) + by + 1));
      } else {
        const step = stepOf(direction, now(), path, catalog);
        if (step) {
          edit((document) => moveTo(document, path, step.to));
          const { use, title } = step;
          announce(title ? texts.movedInto(title, use.id) : texts.movedOut(use.id));
        }
      }
      focusCard(id);
    },
    [id, path, now, edit, focusCard, announce, catalog],
  );
}

interface MoveItemsProps {
  id: string;
  path: CardPath;
  last: boolean;
}

/** The same as items of a card's menu. */
export function MoveItems({ id, path, last }: MoveItemsProps) {
  const { now, catalog } = useDesigner();
  const move = useMoves(id, path);
  const item = (direction: Direction, key: string, label: string, disabled = false) => (
    <Menu.Item
      key={direction}
      disabled={disabled}
      onClick={() => move(direction)}
      rightSection={<kbd className={styles.key}>Alt {key}</kbd>}
    >
      {label}
    </Menu.Item>
  );
  const [up, down] = [stepOf("up", now(), path, catalog), stepOf("down", now(), path, catalog)];
  const said = ({ use, title }: Step & { title?: string }) =>
    title ? texts.moveInto(title, use.id) : texts.moveOut(use.id);
  return (
    <>
      {item("left", "←", texts.moveLeft, path.at(-1) === 0)}
      {item("right", "→", texts.moveRight, last)}
      {up && item("up", "↑", said(up))}
      {down && item("down", "↓", said(down))}
    </>
  );
}
