import { Button, Popover } from "@mantine/core";
import { useState } from "react";
import { mapping as said } from "../texts/mapping";
import styles from "./Fallback.module.css";
import fields from "./Field.module.css";
import { Otherwise } from "./icons";
import { chip, parseText, type ReferencePart, withFallback } from "./mapping";
import { Popup } from "./Popup";
import { ANYTHING, type Kind, kinds, type Shape } from "./shape";
import { numberOf } from "./typed";

const texts = said.fallback;

/** The ways to stand in for what is missing; each with the value that it begins with. */
const WAYS = {
  none: undefined,
  text: "",
  number: 0,
  boolean: false,
  list: [] as unknown[],
  object: {},
  null: null,
};
type Way = keyof typeof WAYS;

interface FallbackProps {
  name: string;
  /** The text with the mappings in it. */
  text: string;
  wanted: Shape;
  /** Whether the text is one mapping and nothing else. */
  lone: boolean;
  opened: boolean;
  onOpen: (opened: boolean) => void;
  onChange: (text: string) => void;
}

/** What is used where a mapped value is missing: a button, and a small form behind it. */
export function Fallback(props: FallbackProps) {
  const { name, text, wanted, lone, opened, onOpen, onChange } = props;
  const parts = references(text);
  return (
    <Popup opened={opened} onChange={onOpen} position="bottom-end">
      <Popover.Target>
        <button
          type="button"
          className={fields.small}
          aria-label={texts.button(name)}
          title={texts.button(name)}
          onClick={() => onOpen(!opened)}
        >
          <Otherwise size={14} />
        </button>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label={texts.button(name)}>
        {opened && (
          <div className={styles.form}>
            {parts.map(({ reference, from }, index) => (
              <Stand
                key={from}
                title={chip({ ...reference, fallback: undefined })}
                value={reference.fallback}
                ways={waysFor(lone ? wanted : TEXT)}
                onChange={(value) => onChange(withFallback(text, index, value))}
              />
            ))}
            <div className={styles.foot}>
              <span>{texts.help}</span>
              <Button size="compact-sm" onClick={() => onOpen(false)}>
                {texts.done}
              </Button>
            </div>
          </div>
        )}
      </Popover.Dropdown>
    </Popup>
  );
}

interface StandProps {
  title: string;
  value: unknown;
  ways: readonly Way[];
  onChange: (value: unknown) => void;
}

function Stand({ title, value, ways, onChange }: StandProps) {
  const way = wayOf(value);
  const [typed, setTyped] = useState<string | null>(null);
  const shown = ways.includes(way) ? ways : [...ways, way];
  return (
    <fieldset className={styles.stand}>
      <legend>{texts.title(title)}</legend>
      <select
        className={fields.input}
        aria-label={texts.title(title)}
        data-autofocus
        value={way}
        onChange={(event) => {
          setTyped(null);
          onChange(WAYS[event.target.value as Way]);
        }}
      >
        {shown.map((each) => (
          <option key={each} value={each}>
            {texts.ways[each]}
          </option>
        ))}
      </select>
      {(way === "text" || way === "number") && (
        <input
          className={fields.input}
          aria-label={texts.value(title)}
          inputMode={way === "number" ? "decimal" : undefined}
          value={typed ?? String(value)}
          onChange={(event) => {
            setTyped(event.target.value);
            const number = numberOf(event.target.value);
            if (way === "text") onChange(event.target.value);
            else if (typeof number === "number") onChange(number);
          }}
          onBlur={() => setTyped(null)}
        />
      )}
      {way === "boolean" && (
        <select
          className={fields.input}
          aria-label={texts.value(title)}
          value={String(value)}
          onChange={(event) => onChange(event.target.value === "true")}
        >
          <option value="true">{said.literals.yes}</option>
          <option value="false">{said.literals.no}</option>
        </select>
      )}
    </fieldset>
  );
}

const TEXT: Shape = { alternatives: [{ type: "string" }], root: {} };
const BY_KIND: Partial<Record<Kind, readonly Way[]>> = {
  text: ["text"],
  number: ["number"],
  boolean: ["boolean"],
  "date-time": ["text"],
  list: ["list"],
  object: ["object"],
  null: ["null"],
};

/** What can stand where this is wanted. */
function waysFor(wanted: Shape): Way[] {
  const all = Object.keys(WAYS) as Way[];
  if (wanted === ANYTHING || !wanted.alternatives.length) return all;
  const found = new Set<Way>(["none"]);
  for (const kind of kinds(wanted)) for (const way of BY_KIND[kind] ?? []) found.add(way);
  return all.filter((way) => found.has(way));
}

function wayOf(value: unknown): Way {
  if (value === undefined) return "none";
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "string" ? "text" : "object";
}

function references(text: string): ReferencePart[] {
  return (parseText(text) ?? []).filter((part) => typeof part !== "string");
}
