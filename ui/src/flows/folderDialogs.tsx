import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import { flows as texts } from "../texts";
import { Ask, FolderInput } from "./Ask";
import { useFolderMove } from "./changes";
import styles from "./Flows.module.css";
import { type Folder, parentOf, said, spelt } from "./folders";

interface Dialog {
  onClose: () => void;
}

interface MakeFolderProps extends Dialog {
  /** In which folder; the top is empty. */
  within: string;
  folders: readonly Folder[];
  onMade: (path: string) => void;
}

/** What a new folder is to be called. */
export function MakeFolder({ within, folders, onClose, onMade }: MakeFolderProps) {
  const [path, setPath] = useState(within && `${within}/`);
  const check = useFolderCheck();
  const wanted = spelt(path, folders);
  return (
    <Ask
      title={texts.folders.makeTitle}
      onClose={onClose}
      onSubmit={() => check.mutate(path, { onSuccess: () => onMade(wanted) })}
      does={texts.folders.make}
      pending={check.isPending}
      disabled={!wanted || wanted === within}
      error={check.error}
      field="folder"
    >
      <p className={styles.said}>{texts.folders.makeHelp}</p>
      <FolderInput
        path={path}
        onChange={setPath}
        folders={[]}
        error={check.error}
        help={texts.folders.newHelp}
      />
    </Ask>
  );
}

interface MoveFolderProps extends Dialog {
  folder: Folder;
  folders: readonly Folder[];
  onMoved: (path: string) => void;
}

/** What a folder is to be called, or where it is to go. */
export function MoveFolder({ folder, folders, onClose, onMoved }: MoveFolderProps) {
  const [path, setPath] = useState(folder.path);
  const move = useFolderMove();
  const check = useFolderCheck();
  const { isPending, error } = folder.count ? move : check;
  const done = { onSuccess: () => onMoved(spelt(path, folders)) };
  const submit = () => {
    if (folder.count) move.mutate({ folder: folder.path, to: path }, done);
    else check.mutate(path, done);
  };
  return (
    <Ask
      title={texts.folders.renameTitle(folder.name)}
      onClose={onClose}
      onSubmit={submit}
      does={texts.moving.move}
      pending={isPending}
      error={error}
      field="folder"
    >
      <p className={styles.said}>{texts.folders.renameHelp(folder.count)}</p>
      <FolderInput path={path} onChange={setPath} folders={folders} error={error} />
    </Ask>
  );
}

interface DissolveFolderProps extends Dialog {
  folder: Folder;
  /** Where its flows are now. */
  onGone: (path: string) => void;
}

/** Whether a folder is to go; its flows stay. */
export function DissolveFolder({ folder, onClose, onGone }: DissolveFolderProps) {
  const to = parentOf(folder.path);
  const move = useFolderMove();
  return (
    <Ask
      title={texts.folders.dissolveTitle(folder.name)}
      onClose={onClose}
      onSubmit={() => move.mutate({ folder: folder.path, to }, { onSuccess: () => onGone(to) })}
      does={texts.folders.dissolveDo}
      pending={move.isPending}
      error={move.error}
    >
      <p className={styles.said}>{texts.folders.dissolveHelp(folder.count, said(to))}</p>
    </Ask>
  );
}

/** Asks the server whether there can be such a folder. */
function useFolderCheck() {
  return useMutation({
    mutationFn: (folder: string) =>
      answer(api.GET("/api/v1/flows", { params: { query: { folder, limit: 1 } } })),
  });
}
