import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { shell } from "../texts";
import { beginningOf } from "./beginning";
import { titleOf } from "./Name";
import styles from "./parts.module.css";

interface PageProps {
  title: string;
  /** Beside the title: badges. */
  beside?: ReactNode;
  /** At the right end: search, buttons. */
  actions?: ReactNode;
  /** Above the title: the way back. */
  above?: ReactNode;
  children: ReactNode;
  /** As wide as the window, for strips and tables of many columns. */
  wide?: boolean;
}

/** A view: its heading, what can be done, its content. Sets the window's title. */
export function Page({ title, beside, actions, above, children, wide = false }: PageProps) {
  useDocumentTitle(`${isolated(beginningOf(title, 80))} · ${shell.product}`);
  return (
    <div className={styles.page} data-wide={wide || undefined}>
      {above && <div className={styles.above}>{above}</div>}
      <div className={styles.pageHead}>
        <h1 className={styles.title} dir="auto" title={titleOf(title)}>
          {title}
        </h1>
        {beside}
        <span className={styles.space} />
        {actions}
      </div>
      {children}
    </div>
  );
}

/** In its own direction: where there are no elements, characters isolate. */
function isolated(text: string): string {
  return /[\u0590-\u08FF\u202A-\u202E\u2066-\u2069]/.test(text) ? `\u2068${text}\u2069` : text;
}

/** A sheet of paper on the page, with an optional heading. */
export function Sheet({
  title,
  help,
  actions,
  children,
}: {
  title?: string;
  help?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.sheet} aria-label={title}>
      {title && (
        <div className={styles.sheetHead}>
          <h2>{title}</h2>
          <span className={styles.space} />
          {actions}
        </div>
      )}
      {help && <p className={styles.muted}>{help}</p>}
      {children}
    </section>
  );
}

/** Names and values, one under the other. */
export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
