import { useState } from "react";
import { designer } from "../texts";
import type { ControlProps } from "./Control";
import type { Found } from "./editing";
import { Field, type Place } from "./Field";
import styles from "./Field.module.css";
import type { Field as Model } from "./form";

interface FieldsProps {
  fields: readonly Model[];
  values: Record<string, unknown>;
  within?: string;
  place: Place;
  pointer: string;
  problems: readonly Found[];
  onChange: (field: string, value: unknown) => void;
  /** Outputs that are given, and not inputs. */
  outputs?: boolean;
}

/** Inputs: those that are needed or set, and the others when asked for. All in their order, so
 * that none moves while it is written in. */
export function Fields({
  fields,
  values,
  within,
  place,
  pointer,
  problems,
  onChange,
  outputs = false,
}: FieldsProps) {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState("");
  // What is emptied stays: one is about to write something else into it.
  const [kept] = useState(() => new Set<string>());
  for (const { name } of fields) if (values[name] !== undefined) kept.add(name);
  const set = (each: Model) => each.required || kept.has(each.name);
  const hasProblem = (each: Model) =>
    problems.some(({ pointer: at }) => at.startsWith(`${pointer}/${each.name}`));
  const rest = fields.filter((each) => !set(each) && !hasProblem(each));
  const wanted = filter.trim().toLowerCase();
  const shown = fields.filter(
    (each) =>
      set(each) ||
      hasProblem(each) ||
      (open &&
        (!wanted || `${each.label} ${each.name} ${each.help}`.toLowerCase().includes(wanted))),
  );
  return (
    <>
      {open && fields.length > 8 && (
        <input
          className={styles.input}
          type="search"
          placeholder={designer.card.filterInputs}
          aria-label={designer.card.filterInputs}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      {shown.map((each) => {
        const own = `${pointer}/${each.name}`;
        return (
          <Field
            key={each.name}
            field={each}
            value={values[each.name]}
            onChange={(value) => onChange(each.name, value)}
            within={within}
            place={place}
            pointer={own}
            problems={problems.filter(({ pointer: at }) => at === own || at.startsWith(`${own}/`))}
            showHelp={open && !each.required}
          />
        );
      })}
      {(rest.length > 0 || open) && (
        <button
          type="button"
          className={styles.more}
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
            kept.clear();
          }}
        >
          {outputs
            ? open
              ? designer.card.fewerOutputs
              : designer.card.moreOutputs(rest.length)
            : open
              ? designer.card.fewerInputs
              : designer.card.moreInputs(rest.length)}
        </button>
      )}
    </>
  );
}

/** A value of several inputs, under one name. */
export function GroupControl({
  control,
  value,
  onChange,
  name,
  place,
  pointer,
  problems,
}: ControlProps) {
  const held = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  return (
    <div className={styles.nested}>
      <Fields
        fields={control.fields ?? []}
        values={held}
        within={name}
        place={place}
        pointer={pointer}
        problems={problems}
        onChange={(field, changed) => {
          const { [field]: _, ...rest } = held;
          onChange(changed === undefined ? rest : { ...held, [field]: changed });
        }}
      />
    </div>
  );
}
