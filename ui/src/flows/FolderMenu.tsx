import { ActionIcon, Menu } from "@mantine/core";
import { useRef } from "react";
import { beginningOf } from "../parts";
import { More } from "../parts/icons";
import { flows as texts } from "../texts";
import styles from "./FolderTree.module.css";
import type { Folder } from "./folders";

export type FolderAction = "make" | "rename" | "remove";

interface FolderMenuProps {
  folder: Folder;
  /** `from` is what has the focus again afterwards. */
  onAction: (action: FolderAction, folder: Folder, from: HTMLElement | null) => void;
}

/** What can be done with a folder. */
export function FolderMenu({ folder, onAction }: FolderMenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const act = (action: FolderAction) => () => onAction(action, folder, button.current);
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon
          ref={button}
          variant="subtle"
          color="gray"
          size={24}
          className={styles.more}
          aria-label={texts.folders.more(beginningOf(folder.name, 80))}
        >
          <More size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={act("make")}>{texts.folders.makeInside}</Menu.Item>
        <Menu.Item onClick={act("rename")}>{texts.folders.rename}</Menu.Item>
        <Menu.Item onClick={act("remove")}>
          {folder.count ? texts.folders.dissolve : texts.folders.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
