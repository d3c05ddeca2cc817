import { Autocomplete, Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiProblem } from "../api/problem";
import { ProblemView } from "../parts";
import { flows as texts } from "../texts";
import { useFlowDeletion, useFlowsChange, useFolderMove } from "./changes";
import styles from "./Flows.module.css";
import type { Folder } from "./folders";

interface Dialog {
  onClose: () => void;
}

interface MoveFlowsProps extends Dialog {
  flows: readonly string[];
  /** What they are called, if it is one. */
  title: string;
  folder: string;
  /** The folders that there are. */
  folders: string[];
  onMoved: (folder: string) => void;
}

/** Into which folder flows are to go. */
export function MoveFlows({ flows, title, folder, folders, onClose, onMoved }: MoveFlowsProps) {
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

interface MoveFolderProps extends Dialog {
  folder: Folder;
  folders: string[];
  onMoved: (path: string) => void;
}

/** What a folder is to be called, or where it is to go. */
export function MoveFolder({ folder, folders, onClose, onMoved }: MoveFolderProps) {
  const [path, setPath] = useState(folder.path);
  const move = useFolderMove();
  const submit = () =>
    move.mutate({ folder: folder.path, to: path }, { onSuccess: () => onMoved(path) });
  return (
    <Ask
      title={texts.folders.renameTitle(folder.name)}
      onClose={onClose}
      onSubmit={submit}
      does={texts.moving.move}
      pending={move.isPending}
      error={move.error}
      field="folder"
    >
      <p className={styles.said}>{texts.folders.renameHelp(folder.count)}</p>
      <FolderInput path={path} onChange={setPath} folders={folders} error={move.error} />
    </Ask>
  );
}

/** To whom a flow is to belong. */
export function GiveFlow({ flow, title, onClose }: Dialog & { flow: string; title: string }) {
  const [owner, setOwner] = useState("");
  const change = useFlowsChange();
  return (
    <Ask
      title={texts.giving.title(title)}
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
export function DeleteFlow({ flow, title, onClose }: Dialog & { flow: string; title: string }) {
  const deletion = useFlowDeletion();
  return (
    <Ask
      title={texts.deleting.title(title)}
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

interface FolderInputProps {
  path: string;
  onChange: (path: string) => void;
  folders: string[];
  error: unknown;
}

function FolderInput({ path, onChange, folders, error }: FolderInputProps) {
  return (
    <Autocomplete
      label={texts.folders.label}
      description={texts.folders.help}
      data={folders}
      value={path}
      onChange={onChange}
      error={at(error, "folder")}
      maxLength={400}
      maxDropdownHeight={180}
      spellCheck={false}
      data-autofocus
    />
  );
}

interface AskProps extends Dialog {
  title: string;
  onSubmit: () => void;
  does: string;
  keeps?: string;
  destroys?: boolean;
  pending: boolean;
  disabled?: boolean;
  error: unknown;
  /** The field that says its own problem. */
  field?: string;
  children: ReactNode;
}

function Ask(props: AskProps) {
  const { title, onClose, onSubmit, does, keeps, destroys, pending, disabled, error } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!disabled) onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={<span className={styles.dialogTitle}>{title}</span>}>
      <form onSubmit={submit} className={styles.form} noValidate>
        {props.children}
        {!!error && <ProblemView error={error} besides={props.field ? [props.field] : []} />}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {keeps ?? texts.moving.cancel}
          </Button>
          <Button
            type="submit"
            loading={pending}
            disabled={disabled}
            color={destroys ? "red" : undefined}
          >
            {does}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** What the API says of one field. */
function at(error: unknown, field: string): string | undefined {
  return error instanceof ApiProblem ? error.at(field) : undefined;
}
