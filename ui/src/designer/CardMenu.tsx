import { Menu } from "@mantine/core";
import { Link as RouterLink } from "react-router";
import type { CardDetail } from "../api/client";
import { More } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Card.module.css";
import { useDesigner } from "./context";
import { after, type CardPath, type CardUse, cardAt, insertCards, removeCard } from "./document";
import { MoveItems } from "./moves";

interface CardMenuProps {
  use: CardUse;
  path: CardPath;
  card: CardDetail | undefined;
  title: string;
  last: boolean;
  onCopy: () => void;
  onNote: () => void;
  onHandle: () => void;
}

const texts = designer.card;

/** What can be done to a card besides editing it. */
export function CardMenu(props: CardMenuProps) {
  const { use, path, card, title, last, onCopy, onNote, onHandle } = props;
  const { edit, pasteAt } = useDesigner();
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <button type="button" className={styles.icon} aria-label={texts.more(`${title} ${use.id}`)}>
          <More />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => edit((document) => duplicated(document, path))}>
          {texts.duplicate}
        </Menu.Item>
        <Menu.Item onClick={onCopy}>{texts.copy}</Menu.Item>
        <Menu.Item onClick={() => pasteAt(after(path))}>{texts.paste}</Menu.Item>
        <Menu.Divider />
        <MoveItems id={use.id} path={path} last={last} />
        <Menu.Divider />
        <Menu.Item onClick={onNote}>{texts.addNote}</Menu.Item>
        <Menu.Item onClick={onHandle}>{texts.ifFails}</Menu.Item>
        {card && (
          <Menu.Item component={RouterLink} to={`/cards/${card.id}`}>
            {texts.reference}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => edit((document) => removeCard(document, path))}>
          {texts.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function duplicated(document: Parameters<typeof insertCards>[0], path: CardPath) {
  const use = cardAt(document, path);
  return use ? insertCards(document, after(path), [use]).document : document;
}
