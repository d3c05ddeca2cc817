import { TextInput } from "@mantine/core";
import { useState } from "react";
import { flows as texts } from "../texts";
import { Ask, at, FolderInput } from "./Ask";
import { useFlowDeletion, useFlowsChange } from "./changes";
import styles from "./Flows.module.css";
import type { Folder } from "./folders";

interface Dialog {
  onClose: () => void;
  /** What the flow is called, and all of that. */
  title: string;
  whole: string;
}

interface MoveFlowsProps extends Dialog {
  flows: readonly string[];
  folder: string;
  folders: readonly Folder[];
  onMoved: (folder: string) => void;
}

/** Into which folder flows are to go. */
export function MoveFlows(props: MoveFlowsProps) {
  const { flows, title, whole, folder, folders, onClose, onMoved } = props;
  const [path, setPath] = useState(folder);
  const change = useFlowsChange();
  const submit = () =>
    change.mutate(
      { flows: [...flows], folder: path },
      { onSuccess: ([first]) => onMoved(first?.folder ?? path) },
    );
  return (
    <Ask
      title={flows.length === 1 ? texts.moving.title(title) : texts.moving.titleMany(flows.length)}
      whole={whole}
      onClose={onClose}
      onSubmit={submit}
      does={texts.moving.move}
      pending={change.isPending}
      error={change.error}
      field="folder"
    >
      <FolderInput path={path} onChange={setPath} folders={folders} error={change.error} />
    </Ask>
  );
}

/** To whom a flow is to belong. */
export function GiveFlow({ flow, title, whole, onClose }: Dialog & { flow: string }) {
  const [owner, setOwner] = useState("");
  const change = useFlowsChange();
  return (
    <Ask
      title={texts.giving.title(title)}
      whole={whole}
      onClose={onClose}
      onSubmit={() => change.mutate({ flows: [flow], owner }, { onSuccess: onClose })}
      does={texts.giving.give}
      pending={change.isPending}
      disabled={!owner.trim()}
      error={change.error}
      field="owner"
    >
      <TextInput
        label={texts.giving.label}
        description={texts.giving.help}
        value={owner}
        onChange={(event) => setOwner(event.currentTarget.value)}
        error={at(change.error, "owner")}
        maxLength={64}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
    </Ask>
  );
}

/** Whether a flow is really to go. */
export function DeleteFlow({ flow, title, whole, onClose }: Dialog & { flow: string }) {
  const deletion = useFlowDeletion();
  return (
    <Ask
      title={texts.deleting.title(title)}
      whole={whole}
      onClose={onClose}
      onSubmit={() => deletion.mutate(flow, { onSuccess: onClose })}
      does={texts.deleting.delete}
      keeps={texts.deleting.keep}
      destroys
      pending={deletion.isPending}
      error={deletion.error}
    >
      <p className={styles.said}>{texts.deleting.text}</p>
    </Ask>
  );
}
