import type { ReactNode } from "react";
import styles from "./parts.module.css";

interface EmptyProps {
  title: string;
  /** What this is for, in a sentence or two. */
  children: ReactNode;
  /** The button that ends the emptiness. */
  action?: ReactNode;
  picture?: ReactNode;
}

/** What stands where a list has nothing to list. */
export function Empty({ title, children, action, picture }: EmptyProps) {
  return (
    <div className={styles.empty}>
      {picture}
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}
