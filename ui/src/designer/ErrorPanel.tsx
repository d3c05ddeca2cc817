import { designer } from "../texts";
import styles from "./Card.module.css";
import type { CardUse, ErrorHandling } from "./document";
import type { Found } from "./editing";
import type { Place } from "./Field";
import fieldStyles from "./Field.module.css";
import { Fields } from "./Fields";
import { fieldsOf } from "./form";
import type { Schema } from "./shape";

interface ErrorPanelProps {
  use: CardUse;
  outputs: Schema | undefined;
  place: Place;
  pointer: string;
  problems: readonly Found[];
  title: string;
  onChange: (handling: ErrorHandling | undefined) => void;
}

const texts = designer.errors;

/** What happens when the card fails: tries, and then stop or go on. */
export function ErrorPanel({
  use,
  outputs,
  place,
  pointer,
  problems,
  title,
  onChange,
}: ErrorPanelProps) {
  const handling = use.on_error ?? {};
  const own = handling.retry !== null && handling.retry !== undefined;
  const set = (change: Partial<ErrorHandling>) => onChange({ ...handling, ...change });
  return (
    <section className={styles.errors} aria-label={`${texts.title}: ${title}`}>
      <h4>{texts.title}</h4>
      <label className={styles.line}>
        <span>{texts.retry}</span>
        <select
          className={fieldStyles.input}
          aria-label={texts.retry}
          value={own ? "own" : "usual"}
          onChange={(event) => {
            if (event.target.value === "own") set({ retry: { attempts: 3, delay: "1s" } });
            else {
              const { retry: _, ...rest } = handling;
              onChange(Object.keys(rest).length ? rest : undefined);
            }
          }}
        >
          <option value="usual">{texts.usual}</option>
          <option value="own">{texts.own}</option>
        </select>
      </label>
      {own && (
        <>
          <label className={styles.line}>
            <span>{texts.attempts}</span>
            <input
              className={fieldStyles.input}
              type="number"
              min={0}
              max={20}
              value={handling.retry?.attempts ?? 3}
              onChange={(event) =>
                set({ retry: { ...handling.retry, attempts: event.target.valueAsNumber || 0 } })
              }
            />
          </label>
          <label className={styles.line}>
            <span>{texts.delay}</span>
            <input
              className={fieldStyles.input}
              placeholder={texts.delayHint}
              value={handling.retry?.delay ?? ""}
              onChange={(event) =>
                set({ retry: { ...handling.retry, delay: event.target.value || undefined } })
              }
            />
          </label>
        </>
      )}
      <label className={styles.line}>
        <span>{texts.afterwards}</span>
        <select
          className={fieldStyles.input}
          aria-label={texts.afterwards}
          value={handling.then ?? "stop"}
          onChange={(event) => {
            if (event.target.value === "continue")
              // biome-ignore lint/suspicious/noThenProperty: the document calls it so
              set({ then: "continue" });
            else {
              const { then: _, values: __, ...rest } = handling;
              onChange(Object.keys(rest).length ? rest : undefined);
            }
          }}
        >
          <option value="stop">{texts.stop}</option>
          <option value="continue">{texts.continue}</option>
        </select>
      </label>
      {handling.then === "continue" && outputs && (
        <Fields
          outputs
          fields={fieldsOf(outputs).map((each) => ({
            ...each,
            required: false,
            default: undefined,
          }))}
          values={handling.values ?? {}}
          within={texts.values}
          place={place}
          pointer={`${pointer}/on_error/values`}
          problems={problems}
          onChange={(name, value) => {
            const { [name]: _, ...rest } = handling.values ?? {};
            set({ values: value === undefined ? rest : { ...handling.values, [name]: value } });
          }}
        />
      )}
    </section>
  );
}
