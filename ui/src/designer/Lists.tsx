import type { ReactNode } from "react";
import { Cross, Plus } from "../parts/icons";
import { designer } from "../texts";
import type { ControlProps } from "./Control";
import { Field } from "./Field";
import styles from "./Field.module.css";
import { emptyOf, type Field as Model } from "./form";

const texts = designer.field;

/** Values one after another. */
export function ListControl({
  control,
  value,
  onChange,
  name,
  place,
  pointer,
  problems,
}: ControlProps) {
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

/** Values by names that one gives them. */
export function PairsControl({
  control,
  value,
  onChange,
  name,
  place,
  pointer,
  problems,
}: ControlProps) {
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

function AddButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className={styles.add} onClick={onClick}>
      <Plus size={12} /> {children}
    </button>
  );
}
