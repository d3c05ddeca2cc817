import { Skeleton } from "@mantine/core";
import { shell } from "../texts";
import styles from "./parts.module.css";

/** Grey lines where content will be; said once to a screen reader. */
export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div className={styles.loading} role="status" aria-label={shell.loading}>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={index} height={18} width={`${92 - ((index * 17) % 40)}%`} radius="sm" />
      ))}
    </div>
  );
}
