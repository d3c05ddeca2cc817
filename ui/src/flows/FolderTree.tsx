import { type DragEvent, type ReactNode, useState } from "react";
import { beginningOf, titleOf } from "../parts";
import { Chevron } from "../parts/icons";
import { flows as texts } from "../texts";
import { type FolderAction, FolderMenu } from "./FolderMenu";
import styles from "./FolderTree.module.css";
import { type Folder, isWithin, pathsOf } from "./folders";

/** With so many folders at most, all of them are open to begin with. */
const FEW = 14;
/** What flows are dragged as; only this page's own can be dropped. */
const DRAGGED = "application/x-penstock-flows";

export interface FolderTreeProps {
  folders: readonly Folder[];
  /** All flows there are. */
  count: number;
  chosen: string;
  onChoose: (path: string) => void;
  onAction: (action: FolderAction, folder: Folder, from: HTMLElement | null) => void;
  /** Flows were dropped on a folder. */
  onDrop: (flows: string[], path: string) => void;
  mayChange: boolean;
}

/** The folders, each with how many flows are in it; flows can be dropped on them. */
export function FolderTree(props: FolderTreeProps) {
  const { folders, count, chosen, onChoose } = props;
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const few = pathsOf(folders).length <= FEW;
  const isOpen = (path: string) => {
    const begins = few || (chosen !== path && isWithin(chosen, path));
    return turned.has(path) ? !begins : begins;
  };
  const turn = (path: string) =>
    setTurned((was) => {
      const now = new Set(was);
      if (!now.delete(path)) now.add(path);
      return now;
    });
  return (
    <nav className={styles.tree} aria-label={texts.folders.title}>
      <Target path="" onDrop={props.onDrop}>
        <button
          type="button"
          className={styles.folder}
          aria-current={chosen === "" ? "true" : undefined}
          onClick={() => onChoose("")}
        >
          <span className={styles.name}>{texts.folders.all}</span>
          <span className={styles.count}>{count}</span>
        </button>
      </Target>
      <Level {...props} isOpen={isOpen} turn={turn} />
    </nav>
  );
}

interface LevelProps extends Omit<FolderTreeProps, "count"> {
  isOpen: (path: string) => boolean;
  turn: (path: string) => void;
}

function Level(props: LevelProps) {
  const { folders, chosen, isOpen, turn, onChoose, onAction, onDrop, mayChange } = props;
  if (!folders.length) return null;
  return (
    <ul className={styles.level}>
      {folders.map((each) => {
        const open = isOpen(each.path);
        return (
          <li key={each.path}>
            <Target path={each.path} onDrop={onDrop}>
              {each.folders.length > 0 ? (
                <button
                  type="button"
                  className={styles.turn}
                  aria-expanded={open}
                  aria-label={(open ? texts.folders.close : texts.folders.open)(
                    beginningOf(each.name, 80),
                  )}
                  onClick={() => turn(each.path)}
                >
                  <Chevron size={12} />
                </button>
              ) : (
                <span className={styles.turn} />
              )}
              <button
                type="button"
                className={styles.folder}
                aria-current={chosen === each.path ? "true" : undefined}
                title={titleOf(each.name)}
                onClick={() => onChoose(each.path)}
              >
                <span className={styles.name} dir="auto">
                  {each.name}
                </span>
                <span className={styles.count}>{each.count}</span>
              </button>
              {mayChange && <FolderMenu folder={each} onAction={onAction} />}
            </Target>
            {open && <Level {...props} folders={each.folders} />}
          </li>
        );
      })}
    </ul>
  );
}

interface TargetProps {
  path: string;
  onDrop: (flows: string[], path: string) => void;
  children: ReactNode;
}

/** Where flows can be dropped. */
function Target({ path, onDrop, children }: TargetProps) {
  const [over, setOver] = useState(false);
  const takes = (event: DragEvent) => event.dataTransfer.types.includes(DRAGGED);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu's "Move" is the keyboard's way
    <div
      className={styles.row}
      data-over={over || undefined}
      onDragOver={(event) => {
        if (!takes(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "move";
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!takes(event)) return;
        event.preventDefault();
        onDrop(event.dataTransfer.getData(DRAGGED).split("\n"), path);
      }}
    >
      {children}
    </div>
  );
}

/** Begin to drag flows. */
export function drag(event: DragEvent, flows: readonly string[]): void {
  event.dataTransfer.setData(DRAGGED, flows.join("\n"));
  event.dataTransfer.effectAllowed = "move";
}
