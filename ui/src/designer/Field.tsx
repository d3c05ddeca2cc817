import { Popover } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { designer } from "../texts";
import { Beneath, isMissing } from "./Beneath";
import { ControlView } from "./Control";
import { useDesigner } from "./context";
import { type CardPath, pointerOf } from "./document";
import { takes } from "./drag";
import type { Found } from "./editing";
import { Fallback } from "./Fallback";
import styles from "./Field.module.css";
import { controlFor, emptyOf, type Field as Model } from "./form";
import { Link, Typed } from "./icons";
import { ListOffer } from "./ListOffer";
import { Mapped } from "./Mapped";
import {
  chip,
  isMapped,
  loneReference,
  parseText,
  type Reference,
  saidText,
  write,
} from "./mapping";
import { PickValue } from "./PickValue";
import { Popup } from "./Popup";
import { knows } from "./scope";
import { fitOf, type Shape } from "./shape";

export interface Place {
  cardId: string;
  path: CardPath;
}

interface FieldProps {
  field: Model;
  value: unknown;
  onChange: (value: unknown) => void;
  place: Place;
  /** JSON pointer of the value. */
  pointer: string;
  problems: readonly Found[];
  /** Where labels need to be told apart: the names of what holds this one. */
  within?: string;
  showHelp?: boolean;
  /** At the end of the label's row. */
  after?: ReactNode;
}

const texts = designer.pick;

/** An input of a card: its label, what it is set to, and how to map it. */
export function Field(props: FieldProps) {
  const { field, value, onChange, place, pointer, problems, within = "", showHelp, after } = props;
  const { kept, now, announce } = useDesigner();
  const [picking, setPicking] = useState(false);
  const [standing, setStanding] = useState(false);
  const [offered, setOffered] = useState<Reference | null>(null);
  const element = useRef<HTMLDivElement>(null);
  const caret = useRef<number | null>(null);
  const id = useId();
  const name = within ? `${within} › ${field.label}` : field.label;
  const inputs = `${pointerOf(place.path)}/inputs/`;
  const inside = pointer.startsWith(inputs) ? pointer.slice(inputs.length) : null;
  const key = `${place.cardId}${inside === null ? pointer : `/${inside}`}`;
  const mapped = isMapped(value);
  const lone = mapped ? loneReference(value) : null;
  const control = controlFor(field, mapped ? undefined : value);
  const textual = field.controls.some((each) => TEXTUAL.has(each.kind));
  const boxed =
    (mapped && !(textual && control.kind !== "date-time")) || field.controls[0].kind === "file";
  const groupLike = control.kind === "group" || control.kind === "list" || control.kind === "pairs";

  const take = (reference: Reference, shape?: Shape) => {
    // A list where one value goes: whoever brings it says what is meant.
    if (shape && fitOf(shape, field.shape) === "each") {
      setOffered(reference);
      return;
    }
    const written = write(reference);
    if (!mapped && value !== undefined && value !== "") {
      kept.set(key, { ...kept.get(key), fixed: value });
    }
    const text = typeof value === "string" ? value : "";
    const inserts = textual && text !== "" && !lone;
    const at = Math.min(caret.current ?? text.length, text.length);
    onChange(inserts ? text.slice(0, at) + written + text.slice(at) : written);
    announce(texts.replaced(name, chip(reference)));
  };
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    if (!element.current) return;
    return takes(element.current, {
      key,
      shape: field.shape,
      knows: ({ reference, within }) => knows(now(), place.path, reference.root, within),
      take: ({ reference, shape }) => latest.current(reference, shape),
    });
  }, [field.shape, now, place.path, key]);

  const typeInstead = () => {
    kept.set(key, { ...kept.get(key), mapped: String(value) });
    onChange(kept.get(key)?.fixed);
    requestAnimationFrame(() => focusIn(element.current));
  };
  const before = !mapped ? kept.get(key)?.mapped : undefined;
  const parts = mapped ? parseText(String(value)) : null;
  const own = problems.filter((each) => !groupLike || each.pointer === pointer || mapped);
  const missing = own.length > 0 && own.every(isMissing);

  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it has a name where it has a role
    <div
      className={styles.field}
      ref={element}
      role={groupLike && !boxed ? "group" : undefined}
      aria-label={groupLike && !boxed ? name : undefined}
      data-problem={own.length && !missing ? own[0]?.severity : undefined}
    >
      <div className={styles.head}>
        {groupLike && !boxed ? (
          <span className={styles.label} title={field.help}>
            {field.label}
          </span>
        ) : (
          <label className={styles.label} htmlFor={id} title={field.help}>
            {field.label}
            {field.required && (
              <span className={styles.required} aria-hidden="true">
                {" "}
                *
              </span>
            )}
          </label>
        )}
        {field.controls.length > 1 && !mapped && (
          <select
            className={styles.ways}
            aria-label={designer.field.kind(name)}
            value={field.controls.indexOf(control)}
            onChange={(event) => {
              const chosen = field.controls[Number(event.target.value)];
              if (chosen) onChange(emptyOf({ ...field, controls: [chosen] }));
            }}
          >
            {field.controls.map((each, index) => (
              <option key={each.kind} value={index}>
                {designer.field.kinds[each.kind] ?? each.kind}
              </option>
            ))}
          </select>
        )}
        <span className={styles.space} />
        {mapped && field.controls[0].kind !== "file" && (
          <button
            type="button"
            className={styles.small}
            aria-label={texts.typeInstead(name)}
            title={texts.typeInstead(name)}
            onClick={typeInstead}
          >
            <Typed size={14} />
          </button>
        )}
        {parts?.some((part) => typeof part !== "string") && (
          <Fallback
            name={name}
            text={String(value)}
            wanted={field.shape}
            lone={lone !== null}
            opened={standing}
            onOpen={setStanding}
            onChange={onChange}
          />
        )}
        {before && (
          <button
            type="button"
            className={styles.again}
            aria-label={texts.mapAgain(name, saidText(before))}
            title={texts.mapAgain(name, saidText(before))}
            onClick={() => {
              kept.set(key, { ...kept.get(key), fixed: value });
              onChange(before);
            }}
          >
            {saidText(before)}
          </button>
        )}
        <Popup opened={picking} onChange={setPicking} position="bottom-end">
          <Popover.Target>
            <button
              type="button"
              className={styles.small}
              aria-label={texts.button(name)}
              title={texts.button(name)}
              onClick={() => setPicking(!picking)}
            >
              <Link size={14} />
            </button>
          </Popover.Target>
          <Popover.Dropdown p={0} aria-label={texts.title(name)}>
            {picking && (
              <PickValue
                name={name}
                field={field}
                place={place}
                onPick={({ reference, shape }) => {
                  setPicking(false);
                  take(reference, shape);
                }}
              />
            )}
          </Popover.Dropdown>
        </Popup>
        {after}
      </div>
      {boxed ? (
        <Mapped
          id={id}
          name={name}
          field={field}
          value={value}
          onPick={() => setPicking(true)}
          onClear={() => onChange(undefined)}
        />
      ) : (
        <ControlView
          {...props}
          id={id}
          name={name}
          control={control}
          caret={caret}
          onChip={() => setStanding(true)}
          invalid={own.some((each) => each.severity === "error") && !missing}
          describedBy={own.length || field.help ? `${id}-help` : undefined}
        />
      )}
      {offered && (
        <ListOffer
          name={name}
          reference={offered}
          place={place}
          input={namesOf(inside)}
          onFirst={() => {
            setOffered(null);
            take({ ...offered, path: [...offered.path, 0] });
            requestAnimationFrame(() => focusIn(element.current));
          }}
          onClose={() => {
            setOffered(null);
            focusIn(element.current);
          }}
        />
      )}
      <Beneath
        id={`${id}-help`}
        help={field.help}
        showHelp={showHelp}
        problems={own}
        onStanding={parts ? () => setStanding(true) : undefined}
      />
    </div>
  );
}

/** The names that lead to an input from its card; null where a list stands between. */
function namesOf(inside: string | null): string[] | null {
  const names = inside?.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names && !names.some((name) => /^\d+$/.test(name)) ? names : null;
}

const TEXTUAL = new Set(["text", "multiline", "secret", "region"]);

function focusIn(element: HTMLElement | null) {
  element?.querySelector<HTMLElement>("input, select, textarea")?.focus();
}
