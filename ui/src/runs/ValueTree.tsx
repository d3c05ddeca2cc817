import { Button } from "@mantine/core";
import { Fragment, type ReactNode, useState } from "react";
import { Name } from "../parts";
import { runs } from "../texts";
import styles from "./ValueTree.module.css";
import { beginningOf, bytes, gistOf, isFile, isLong, kindOf, opens, parted } from "./values";

const texts = runs.values;
const AT_ONCE = 50;

interface ValueTreeProps {
  /** Usually an object: a card's inputs or outputs. */
  value: unknown;
  /** The names that people know fields by. */
  titles?: Record<string, string>;
  /** What it says when there is nothing. */
  nothing: string;
}

/** Values under their names; what has parts or is long opens in place. */
export function ValueTree({ value, titles = {}, nothing }: ValueTreeProps) {
  if (kindOf(value) !== "object") {
    if (kindOf(value) === "none") return <p className={styles.nothing}>{nothing}</p>;
    return (
      <ul className={styles.tree}>
        <Node name="" value={value} />
      </ul>
    );
  }
  const { full, empty } = parted(value as object);
  if (!full.length && !empty.length) return <p className={styles.nothing}>{nothing}</p>;
  return <Fields full={full} empty={empty} titles={titles} />;
}

function Fields({
  full,
  empty,
  titles = {},
}: {
  full: [string, unknown][];
  empty: string[];
  titles?: Record<string, string>;
}) {
  return (
    <ul className={styles.tree}>
      {full.map(([name, item]) => (
        <Node key={name} name={titles[name] ?? name} value={item} />
      ))}
      {empty.length > 0 && (
        <li>
          <Opening summary={<span className={styles.rest}>{texts.empty(empty.length)}</span>}>
            <p className={styles.empty}>
              {empty.map((name, index) => (
                <Fragment key={name}>
                  {index > 0 && ", "}
                  <Name most={120}>{titles[name] ?? name}</Name>
                </Fragment>
              ))}
            </p>
          </Opening>
        </li>
      )}
    </ul>
  );
}

function Node({ name, value }: { name: string; value: unknown }) {
  const line = (
    <>
      {name && (
        <span className={styles.name}>
          <Name most={120}>{name}</Name>
        </span>
      )}
      <Brief value={value} />
    </>
  );
  if (!opens(value)) return <li className={styles.line}>{line}</li>;
  return (
    <li>
      <Opening summary={line}>
        <Parts value={value} />
      </Opening>
    </li>
  );
}

/** Draws what is inside only once it is open: outputs can have a hundred thousand parts. */
function Opening({ summary, children }: { summary: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className={styles.opening}
      data-tree
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className={styles.line}>{summary}</summary>
      {open && <div className={styles.inside}>{children}</div>}
    </details>
  );
}

function Brief({ value }: { value: unknown }) {
  switch (kindOf(value)) {
    case "none":
      return <span className={styles.quiet}>{texts.none}</span>;
    case "hidden":
      return <span className={styles.quiet}>••• {texts.hidden}</span>;
    case "list":
      return <span className={styles.value}>{texts.items((value as unknown[]).length)}</span>;
    case "object":
      return (
        <span className={styles.value}>
          <bdi>{gistOf(value as object) ?? texts.fields(Object.keys(value as object).length)}</bdi>
        </span>
      );
    case "file":
      return isFile(value) ? (
        <span className={styles.value}>
          <Name most={60}>{value.name}</Name> · {bytes(value.size)}
        </span>
      ) : null;
    case "text":
      return value === "" ? (
        <span className={styles.quiet}>{texts.emptyText}</span>
      ) : (
        <span className={styles.value} data-kind="text">
          <bdi>{beginningOf(value as string)}</bdi>
        </span>
      );
    default:
      return <span className={styles.value}>{String(value)}</span>;
  }
}

function Parts({ value }: { value: unknown }) {
  const [shown, setShown] = useState(AT_ONCE);
  if (typeof value === "string") return <LongText text={value} />;
  if (Array.isArray(value)) {
    return (
      <>
        <ul className={styles.tree}>
          {value.slice(0, shown).map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a value never changes
            <Node key={index} name={String(index)} value={item} />
          ))}
        </ul>
        {value.length > shown && (
          <Button variant="subtle" size="compact-xs" onClick={() => setShown(shown + 4 * AT_ONCE)}>
            {texts.more(value.length - shown)}
          </Button>
        )}
      </>
    );
  }
  const { full, empty } = parted(value as object);
  return (
    <>
      <Fields full={full.slice(0, shown)} empty={full.length <= shown ? empty : []} />
      {full.length > shown && (
        <Button variant="subtle" size="compact-xs" onClick={() => setShown(shown + 4 * AT_ONCE)}>
          {texts.more(full.length - shown)}
        </Button>
      )}
    </>
  );
}

const WHOLE = 4000;

function LongText({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > WHOLE;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section className={styles.text} tabIndex={0} aria-label={texts.text} dir="auto">
        {cut ? text.slice(0, WHOLE) : text}
      </section>
      <p className={styles.empty}>
        {isLong(text) && texts.characters(text.length)}{" "}
        {cut && (
          <Button variant="subtle" size="compact-xs" onClick={() => setWhole(true)}>
            {texts.whole}
          </Button>
        )}
      </p>
    </>
  );
}
