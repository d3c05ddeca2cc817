import { useEffect, useRef } from "react";
import styles from "./Flows.module.css";

interface ChooseProps {
  label: string;
  checked: boolean;
  /** Some of what it stands for is chosen. */
  partly?: boolean;
  /** `further`: with Shift, for all from the one before. */
  onChange: (checked: boolean, further: boolean) => void;
}

/** A box to choose a row, or all rows. The browser's own: a list may have hundreds. */
export function Choose({ label, checked, partly = false, onChange }: ChooseProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = partly;
  }, [partly]);
  return (
    <input
      ref={box}
      type="checkbox"
      className={styles.choose}
      aria-label={label}
      checked={checked}
      onChange={(event) => {
        const pressed = event.nativeEvent;
        onChange(event.currentTarget.checked, pressed instanceof MouseEvent && pressed.shiftKey);
      }}
    />
  );
}
