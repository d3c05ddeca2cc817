import { lazy, Suspense, useId, useState } from "react";
import type { ControlProps, Shared } from "./Control";
import styles from "./Field.module.css";
import { chip, isMapped, parseText } from "./mapping";
import { REGIONS } from "./regions";

const OfferedNames = lazy(() => import("./OfferedNames"));

/** A text, in which what is mapped shows as chips while one is not writing in it. */
export function TemplateInput(props: ControlProps & { shared: Shared }) {
  const { value, onChange, shared, control, caret, field, onChip, place } = props;
  const list = useId();
  const [offering, setOffering] = useState(false);
  const text =
    typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
  const parts = isMapped(text) ? parseText(text) : null;
  const input = {
    ...shared,
    value: text,
    placeholder: field.default === undefined || field.default === null ? "" : String(field.default),
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value || undefined),
    onSelect: (event: { currentTarget: { selectionStart: number | null } }) => {
      caret.current = event.currentTarget.selectionStart;
    },
  };
  return (
    <div className={styles.template} data-mapped={parts ? true : undefined}>
      {control.kind === "multiline" ? (
        <textarea {...input} rows={Math.min(8, Math.max(2, text.split("\n").length))} />
      ) : (
        <input
          {...input}
          list={control.kind === "region" || control.offers ? list : undefined}
          onFocus={() => setOffering(Boolean(control.offers))}
          dir="auto"
        />
      )}
      {parts && (
        <div
          className={styles.chips}
          aria-hidden="true"
          data-lines={control.kind === "multiline" || undefined}
        >
          {parts.map((part, index) =>
            typeof part === "string" ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
              <span key={index}>{part}</span>
            ) : (
              // biome-ignore lint/a11y/noStaticElementInteractions: the button above the field does the same
              // biome-ignore lint/a11y/useKeyWithClickEvents: the button above the field does the same
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
              <span key={index} className={styles.chip} onClick={onChip}>
                {chip(part.reference)}
              </span>
            ),
          )}
        </div>
      )}
      {control.offers &&
        (offering && !parts ? (
          <Suspense fallback={<datalist id={list} />}>
            <OfferedNames id={list} kind={control.offers} place={place} typed={text} />
          </Suspense>
        ) : (
          // There from the start, so that what the input is to screen readers never changes.
          <datalist id={list} />
        ))}
      {control.kind === "region" && (
        <datalist id={list}>
          {REGIONS.map((region) => (
            <option key={region} value={region} />
          ))}
        </datalist>
      )}
    </div>
  );
}
