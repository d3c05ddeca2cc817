import { lazy, type ReactNode, type RefObject, Suspense, useId, useState } from "react";
import { Cross, Plus } from "../parts/icons";
import { designer } from "../texts";
import type { Found } from "./editing";
import { Field, type Place } from "./Field";
import styles from "./Field.module.css";
import { type Control, emptyOf, type Field as Model } from "./form";
import { chip, isMapped, parseText } from "./mapping";

interface ControlProps {
  field: Model;
  control: Control;
  id: string;
  name: string;
  value: unknown;
  onChange: (value: unknown) => void;
  place: Place;
  pointer: string;
  problems: readonly Found[];
  invalid: boolean;
  describedBy?: string;
  caret: RefObject<number | null>;
  /** A chip was clicked. */
  onChip: () => void;
}

const texts = designer.field;
const OfferedNames = lazy(() => import("./OfferedNames"));

/** The control that edits one kind of value. */
export function ControlView(props: ControlProps) {
  const { control, value, onChange, id, field, invalid, describedBy } = props;
  const shared = {
    id,
    className: styles.input,
    "aria-invalid": invalid || undefined,
    "aria-describedby": describedBy,
    "aria-required": field.required || undefined,
  };
  switch (control.kind) {
    case "boolean":
      return (
        <select
          {...shared}
          value={value === undefined || value === null ? "" : String(value)}
          onChange={(event) =>
            onChange(event.target.value === "" ? undefined : event.target.value === "true")
          }
        >
          <option value="">{unset(field)}</option>
          <option value="true">{texts.yes}</option>
          <option value="false">{texts.no}</option>
        </select>
      );
    case "choice": {
      const options = control.options ?? [];
      const at = options.indexOf(value);
      return (
        <select
          {...shared}
          value={at}
          onChange={(event) => onChange(options[Number(event.target.value)])}
        >
          {(at < 0 || !field.required) && <option value={-1}>{unset(field)}</option>}
          {options.map((option, index) => (
            <option key={String(option)} value={index}>
              {String(option)}
            </option>
          ))}
        </select>
      );
    }
    case "number":
      return (
        <input
          {...shared}
          inputMode={control.integer ? "numeric" : "decimal"}
          value={value === undefined || value === null ? "" : String(value)}
          placeholder={unset(field)}
          autoComplete="off"
          onChange={(event) => onChange(numberOf(event.target.value))}
        />
      );
    case "date-time":
      return typeof value === "string" && value && !localOf(value) ? (
        <TemplateInput {...props} shared={shared} />
      ) : (
        <input
          {...shared}
          type="datetime-local"
          step={1}
          value={localOf(value)}
          onChange={(event) => {
            const typed = new Date(event.target.value);
            onChange(
              event.target.value && !Number.isNaN(typed.getTime())
                ? typed.toISOString().replace(".000Z", "Z")
                : undefined,
            );
          }}
        />
      );
    case "secret":
      return (
        <input
          {...shared}
          type={isMapped(value) ? "text" : "password"}
          autoComplete="new-password"
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.target.value || undefined)}
        />
      );
    case "list":
      return <ListControl {...props} />;
    case "pairs":
      return <PairsControl {...props} />;
    case "group":
      return <GroupControl {...props} />;
    case "any":
      return <AnyControl {...props} shared={shared} />;
    default:
      return <TemplateInput {...props} shared={shared} />;
  }
}

type Shared = { id: string; className: string | undefined };

/** A text, in which what is mapped shows as chips while one is not writing in it. */
function TemplateInput(props: ControlProps & { shared: Shared }) {
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

function ListControl({ control, value, onChange, name, place, pointer, problems }: ControlProps) {
  const items = Array.isArray(value) ? value : [];
  const each = control.item as Model;
  const label = name.split(" › ").pop() ?? name;
  return (
    <div className={styles.nested}>
      {items.map((item, index) => {
        const own = `${pointer}/${index}`;
        const itemName = texts.item(label, index);
        return (
          <Field
            // biome-ignore lint/suspicious/noArrayIndexKey: an item is its place
            key={index}
            field={{ ...each, label: itemName, help: "" }}
            value={item}
            onChange={(changed) => onChange(items.with(index, changed ?? emptyOf(each)))}
            place={place}
            pointer={own}
            problems={problems.filter(({ pointer: at }) => at === own || at.startsWith(`${own}/`))}
            after={
              <button
                type="button"
                className={styles.small}
                aria-label={texts.removeItem(itemName)}
                onClick={() => {
                  const rest = items.toSpliced(index, 1);
                  onChange(rest.length ? rest : undefined);
                }}
              >
                <Cross size={12} />
              </button>
            }
          />
        );
      })}
      <AddButton onClick={() => onChange([...items, emptyOf(each)])}>
        {texts.addItem(label)}
      </AddButton>
    </div>
  );
}

function GroupControl({ control, value, onChange, name, place, pointer, problems }: ControlProps) {
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

function PairsControl({ control, value, onChange, name, place, pointer, problems }: ControlProps) {
  const pairs = Object.entries((value ?? {}) as Record<string, unknown>);
  const each = control.item as Model;
  const label = name.split(" › ").pop() ?? name;
  const change = (changed: [string, unknown][]) =>
    onChange(changed.length ? Object.fromEntries(changed) : undefined);
  return (
    <div className={styles.nested}>
      {pairs.map(([key, held], index) => {
        const own = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name is being edited
          <div key={index} className={styles.pair}>
            <input
              className={styles.input}
              aria-label={texts.pairName(label, index)}
              value={key}
              onChange={(event) => {
                if (pairs.some(([other], at) => at !== index && other === event.target.value))
                  return;
                change(pairs.with(index, [event.target.value, held]));
              }}
            />
            <Field
              field={{ ...each, label: texts.pairValue(label, index), help: "" }}
              value={held}
              onChange={(changed) => change(pairs.with(index, [key, changed ?? ""]))}
              place={place}
              pointer={own}
              problems={problems.filter(({ pointer: at }) => at === own)}
              after={
                <button
                  type="button"
                  className={styles.small}
                  aria-label={texts.removeItem(key || texts.pairName(label, index))}
                  onClick={() => change(pairs.toSpliced(index, 1))}
                >
                  <Cross size={12} />
                </button>
              }
            />
          </div>
        );
      })}
      <AddButton
        onClick={() => {
          let fresh = "name";
          for (let count = 2; pairs.some(([key]) => key === fresh); count += 1)
            fresh = `name_${count}`;
          change([...pairs, [fresh, emptyOf(each)]]);
        }}
      >
        {texts.addPair(label)}
      </AddButton>
    </div>
  );
}

/** Whatever JSON says; what is no JSON is text. */
function AnyControl({ value, onChange, shared }: ControlProps & { shared: Shared }) {
  const [typed, setTyped] = useState<string | null>(null);
  const said =
    typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2);
  return (
    <textarea
      {...shared}
      rows={Math.min(10, Math.max(2, said.split("\n").length))}
      spellCheck={false}
      value={typed ?? said}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(anyOf(event.target.value));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

function AddButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className={styles.add} onClick={onClick}>
      <Plus size={12} /> {children}
    </button>
  );
}

function unset(field: Model): string {
  const { default: value } = field;
  return value === undefined || value === null ? texts.unset : texts.unsetDefault(String(value));
}

export function numberOf(typed: string): unknown {
  const text = typed.trim();
  if (!text) return undefined;
  // A number that JSON would not keep as it is stays text, for the server to judge.
  return /^-?\d{1,15}(\.\d{1,10})?$/.test(text) && !/\.\d*0$/.test(text) ? Number(text) : text;
}

export function anyOf(typed: string): unknown {
  const text = typed.trim();
  if (!text) return undefined;
  if (text.startsWith("{{")) return typed;
  try {
    return JSON.parse(text);
  } catch {
    return typed;
  }
}

/** An ISO 8601 time as the browser's date field takes it; empty for what is none. */
export function localOf(value: unknown): string {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return "";
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return "";
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

const REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ca-central-1",
  "ca-west-1",
  "sa-east-1",
  "mx-central-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "ap-east-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-7",
  "af-south-1",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "us-gov-east-1",
  "us-gov-west-1",
  "cn-north-1",
  "cn-northwest-1",
];
