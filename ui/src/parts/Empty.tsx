import type { ReactNode } from "react";
import styles from "./parts.module.css";

interface EmptyProps {
  title: string;
  /** What this is for, in a sentence or two. */
  children: ReactNode;
  /** The button that ends the emptiness. */
  action?: ReactNode;
  picture?: ReactNode;
  /** It is the whole page: its title is the page's heading. */
  whole?: boolean;
}

/** What stands where a list has nothing to list. */
export function Empty({ title, children, action, picture, whole = false }: EmptyProps) {
  const Heading = whole ? "h1" : "h2";
  return (
    <div className={styles.empty}>
      {picture}
      <Heading>{title}</Heading>
      <p>{children}</p>
      {action}
    </div>
  );
}
