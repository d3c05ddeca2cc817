import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from "react";
import { SearchIcon } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Chooser.module.css";
import { filtered, first, type Group, type Option } from "./chooser";

/** More than one reads; typing finds the others. */
const MOST = 120;

interface ChooserProps {
  /** What is chosen, for its accessible name. */
  label: string;
  hint: string;
  groups: readonly Group[];
  none: string;
  onChoose: (key: string) => void;
  /** Below the list: a button. */
  footer?: ReactNode;
}

/** A search field over a list, worked by keyboard alone: type, arrows, Enter. */
export function Chooser({ label, hint, groups, none, onChoose, footer }: ChooserProps) {
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const id = useId();
  const { shown, more } = useMemo(() => first(filtered(groups, typed), MOST), [groups, typed]);
  const options = useMemo(() => shown.flatMap((group) => group.options), [shown]);
  const firstOpen = options.findIndex((option) => !option.refused);
  const current = Math.min(Math.max(active, 0), options.length - 1);
  const chosen = options[current];

  function go(to: number) {
    if (!options.length) return;
    const next = ((to % options.length) + options.length) % options.length;
    setActive(next);
    const option = options[next];
    const row = option && document.getElementById(`${id}-${option.key}`);
    row?.scrollIntoView({ block: "nearest" });
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "ArrowDown") go(current + 1);
    else if (event.key === "ArrowUp") go(current - 1);
    else if (event.key === "Home" && !typed) go(0);
    else if (event.key === "End" && !typed) go(options.length - 1);
    else if (event.key === "Enter") choose(chosen);
    else return;
    event.preventDefault();
  }

  function choose(option: Option | undefined) {
    if (option && !option.refused) onChoose(option.key);
  }

  let at = -1;
  return (
    <div className={styles.chooser}>
      <div className={styles.search}>
        <SearchIcon size={14} />
        <input
          // biome-ignore lint/a11y/noAutofocus: it opens because somebody asked for it
          autoFocus
          data-autofocus
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={chosen ? `${id}-${chosen.key}` : undefined}
          placeholder={hint}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.target.value);
            setActive(0);
          }}
          onFocus={() => setActive(Math.max(firstOpen, 0))}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={styles.list} id={id} role="listbox" aria-label={label}>
        {shown.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, not of form fields
          <div key={group.title} role="group" aria-label={group.title}>
            <div className={styles.group} aria-hidden="true">
              {group.title}
            </div>
            {group.options.map((option) => {
              at += 1;
              const index = at;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
                // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
                <div
                  key={option.key}
                  id={`${id}-${option.key}`}
                  role="option"
                  aria-selected={index === current}
                  aria-disabled={option.refused ? true : undefined}
                  className={styles.option}
                  data-tone={option.tone}
                  data-depth={(!typed && option.depth) || undefined}
                  onClick={() => choose(option)}
                  onMouseMove={() => setActive(index)}
                >
                  <span className={styles.words}>
                    <span className={styles.label}>{(typed && option.trail) || option.label}</span>
                    {(option.refused ?? option.detail) && (
                      <span className={styles.detail}>{option.refused ?? option.detail}</span>
                    )}
                  </span>
                  {option.aside && <span className={styles.aside}>{option.aside}</span>}
                </div>
              );
            })}
          </div>
        ))}
        {!options.length && <p className={styles.none}>{none}</p>}
        {more > 0 && <p className={styles.none}>{designer.moreOptions(more)}</p>}
      </div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </div>
  );
}
