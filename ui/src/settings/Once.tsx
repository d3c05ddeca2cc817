import { Button, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { CodeBlock } from "../parts";
import { settings } from "../texts";
import styles from "./Table.module.css";

interface OnceProps {
  title: string;
  text: string;
  label: string;
  /** Null: closed. */
  secret: string | null;
  children?: ReactNode;
  onClose: () => void;
}

/** A secret that is shown this once. It goes by its button only, not by a slip of the mouse. */
export function Once({ title, text, label, secret, children, onClose }: OnceProps) {
  return (
    <Modal opened={secret !== null} onClose={onClose} title={title} closeOnEscape={false} size="lg">
      <div className={styles.once}>
        <p>{text}</p>
        <CodeBlock code={secret ?? ""} label={label} />
        {children}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{settings.done}</Button>
        </div>
      </div>
    </Modal>
  );
}
