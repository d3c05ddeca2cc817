import { Cross } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Field.module.css";
import type { Field as Model } from "./form";
import { chip, isMapped, loneReference, saidText } from "./mapping";

const texts = designer.pick;

interface MappedProps {
  id: string;
  name: string;
  field: Model;
  value: unknown;
  onPick: () => void;
  onClear: () => void;
}

/** In place of a control that cannot show a mapping: what is mapped, or that something can be. */
export function Mapped({ id, name, field, value, onPick, onClear }: MappedProps) {
  const mapped = isMapped(value);
  const lone = mapped ? loneReference(value) : null;
  return (
    <div className={styles.box}>
      <button
        type="button"
        id={id}
        className={styles.boxButton}
        aria-label={lone ? texts.mappedTo(name, chip(lone)) : texts.button(name)}
        onClick={onPick}
      >
        {lone ? (
          <span className={styles.chip}>{chip(lone)}</span>
        ) : mapped ? (
          saidText(String(value))
        ) : (
          <span className={styles.faint}>
            {field.controls[0].kind === "file" ? texts.file : texts.short}
          </span>
        )}
      </button>
      {mapped && (
        <button
          type="button"
          className={styles.small}
          aria-label={designer.field.clear(name)}
          onClick={onClear}
        >
          <Cross size={12} />
        </button>
      )}
    </div>
  );
}
