import { Popover } from "@mantine/core";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { Prose } from "../parts";
import { Cross } from "../parts/icons";
import { designer } from "../texts";
import { mapping } from "../texts/mapping";
import { Chooser } from "./Chooser";
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
import {
  chip,
  isMapped,
  loneReference,
  parseText,
  type Reference,
  saidText,
  write,
} from "./mapping";
import { Popup } from "./Popup";
import { knows, type Source, scopeAt } from "./scope";
import { type Fit, fitOf, type Shape, said } from "./shape";

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
  const missing = own.length > 0 && own.every((each) => MISSING.has(each.code));

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
        <div className={styles.box}>
          <button
            type="button"
            id={id}
            className={styles.boxButton}
            aria-label={lone ? texts.mappedTo(name, chip(lone)) : texts.button(name)}
            onClick={() => setPicking(true)}
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
              onClick={() => onChange(undefined)}
            >
              <Cross size={12} />
            </button>
          )}
        </div>
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
      <div id={`${id}-help`} className={styles.below}>
        {own.map((each) => (
          <div
            key={`${each.code} ${each.message}`}
            className={styles.problem}
            data-severity={MISSING.has(each.code) ? "missing" : each.severity}
          >
            {MISSING.has(each.code) ? (
              designer.field.needed
            ) : (
              <>
                <Prose text={each.message} />{" "}
                {each.code === "may_be_missing" && parts ? (
                  <button type="button" className={styles.mend} onClick={() => setStanding(true)}>
                    {mapping.fallback.say}
                  </button>
                ) : (
                  each.hint && <Prose text={each.hint} />
                )}
              </>
            )}
          </div>
        ))}
        {field.help && (
          <div className={showHelp ? styles.help : styles.hiddenHelp}>
            <Prose text={field.help} />
          </div>
        )}
      </div>
    </div>
  );
}

/** The names that lead to an input from its card; null where a list stands between. */
function namesOf(inside: string | null): string[] | null {
  const names = inside?.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names && !names.some((name) => /^\d+$/.test(name)) ? names : null;
}

const TEXTUAL = new Set(["text", "multiline", "secret", "region"]);
const MISSING = new Set(["missing"]);

function focusIn(element: HTMLElement | null) {
  element?.querySelector<HTMLElement>("input, select, textarea")?.focus();
}

interface PickValueProps {
  name: string;
  field: Model;
  place: Place;
  onPick: (source: Source) => void;
}

function PickValue({ name, field, place, onPick }: PickValueProps) {
  const { now, catalog } = useDesigner();
  const { groups, sources } = useMemo(() => {
    const scope = scopeAt(now(), place.path, catalog, {
      start: designer.start.title,
      run: texts.run,
    });
    const fits = new Map<Shape, Fit>();
    const sources: Source[] = [];
    const wanted = said(field.shape);
    const groups = scope.map((group) => ({
      title: group.title,
      options: group.sources.map((source) => {
        // Cards of one kind share the shapes of what they give.
        const known = fits.get(source.shape) ?? fitOf(source.shape, field.shape);
        fits.set(source.shape, known);
        const is = said(source.shape);
        return {
          key: String(sources.push(source) - 1),
          label: source.label,
          trail: source.trail,
          detail:
            known === "maybe" ? texts.maybe : known === "each" ? mapping.list.option : source.help,
          aside: is,
          depth: source.depth,
          refused: known === "no" ? texts.wrong(is, wanted) : undefined,
        };
      }),
    }));
    return { groups, sources };
  }, [now, place.path, catalog, field.shape]);
  return (
    <Chooser
      label={texts.title(name)}
      hint={texts.hint}
      none={texts.none}
      groups={groups}
      onChoose={(key) => {
        const found = sources[Number(key)];
        if (found) onPick(found);
      }}
    />
  );
}
