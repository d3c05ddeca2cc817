import { useId } from "react";
import { CopyButton } from "../parts";
import styles from "./connections.module.css";

interface CopyFieldProps {
  label: string;
  help?: string;
  value: string | null;
  /** What stands there while there is no value. */
  otherwise: string;
}

/** A value that is there to be copied elsewhere. */
export function CopyField({ label, help, value, otherwise }: CopyFieldProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={styles.copyField}>
        <input
          id={id}
          readOnly
          value={value ?? ""}
          placeholder={otherwise}
          aria-describedby={help ? `${id}-help` : undefined}
          onFocus={(event) => event.currentTarget.select()}
        />
        {value && <CopyButton value={value} what={label} />}
      </div>
      {help && (
        <p className={styles.help} id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
