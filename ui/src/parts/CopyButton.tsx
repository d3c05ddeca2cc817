import { Button, type ButtonProps } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { shell } from "../texts";
import { Check, CopyIcon } from "./icons";
import styles from "./parts.module.css";

interface CopyButtonProps {
  value: string;
  /** What is copied, for its accessible name: "Copy External ID". */
  what: string;
  /** The words on it, if "Copy" does not say enough. */
  children?: string;
  variant?: ButtonProps["variant"];
}

/** A button that copies, and says that it did, to the eye and to a screen reader. */
export function CopyButton({ value, what, children, variant = "default" }: CopyButtonProps) {
  const clipboard = useClipboard({ timeout: 2000 });
  const words = clipboard.copied ? shell.copied : clipboard.error ? shell.copyFailed : undefined;
  return (
    <>
      <Button
        size="compact-xs"
        variant={variant}
        onClick={() => clipboard.copy(value)}
        aria-label={words ? `${words}: ${what}` : shell.copyThing(what)}
        leftSection={clipboard.copied ? <Check size={12} /> : <CopyIcon size={12} />}
      >
        {words ?? children ?? shell.copy}
      </Button>
      <span role="status" className={styles.hidden}>
        {words ?? ""}
      </span>
    </>
  );
}
