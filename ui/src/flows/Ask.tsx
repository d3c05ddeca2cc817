import { Autocomplete, Button, Modal } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { ApiProblem } from "../api/problem";
import { ProblemView, titleOf } from "../parts";
import { flows as texts } from "../texts";
import styles from "./Flows.module.css";
import { type Folder, pathsOf } from "./folders";

interface AskProps {
  onClose: () => void;
  title: string;
  /** All of what the title may have cut. */
  whole?: string;
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

/** A question with its answer in a form, its problem in it, and the way out. */
export function Ask(props: AskProps) {
  const { title, whole, onClose, onSubmit, does, keeps, destroys, pending, disabled, error } =
    props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!disabled) onSubmit();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        <span className={styles.dialogTitle} title={whole && titleOf(whole)}>
          {title}
        </span>
      }
    >
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

interface FolderInputProps {
  path: string;
  onChange: (path: string) => void;
  /** To choose from. */
  folders: readonly Folder[];
  error: unknown;
  help?: string;
}

/** Where flows are to be: a folder that there is, or another. */
export function FolderInput(props: FolderInputProps) {
  const { path, onChange, folders, error, help = texts.folders.help } = props;
  return (
    <Autocomplete
      label={texts.folders.label}
      description={help}
      data={pathsOf(folders)}
      value={path}
      onChange={onChange}
      error={at(error, "folder")}
      maxLength={400}
      maxDropdownHeight={180}
      openOnFocus={false}
      spellCheck={false}
      data-autofocus
    />
  );
}

/** What the API says of one field. */
export function at(error: unknown, field: string): string | undefined {
  return error instanceof ApiProblem ? error.at(field) : undefined;
}
