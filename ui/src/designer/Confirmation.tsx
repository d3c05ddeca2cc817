import { TextInput } from "@mantine/core";
import { Warning } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Confirmation.module.css";

interface ConfirmationProps {
  /** The flow's name, which is to be typed. */
  flow: string;
  /** What deletes. */
  cards: readonly string[];
  value: string;
  onChange: (value: string) => void;
  size?: "xs" | "sm";
}

const texts = designer.runForm;

/** Says what is going to be deleted, and has the flow's name typed first; nothing without cards. */
export function Confirmation({ flow, cards, value, onChange, size = "sm" }: ConfirmationProps) {
  if (!cards.length) return null;
  return (
    <div className={styles.confirmation}>
      <p>
        <Warning size={14} /> {texts.destroys(cards.join(", "))}
      </p>
      <TextInput
        size={size}
        label={texts.confirm(flow)}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
    </div>
  );
}

/** Whether what was typed is enough to go on. */
export function isConfirmed(flow: string, cards: readonly string[], typed: string): boolean {
  return !cards.length || typed.trim() === flow;
}
