import { Button } from "@mantine/core";
import { useRouteError } from "react-router";
import { CodeBlock } from "../parts/CodeBlock";
import { Empty } from "../parts/Empty";
import { shell } from "../texts";
import styles from "./Shell.module.css";

/** What stands in place of a view that threw. */
export function ErrorBoundary() {
  const error = useRouteError();
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return (
    <div className={styles.fault} role="alert">
      <Empty
        whole
        title={shell.crash.title}
        action={
          <div className={styles.faultDetails}>
            <Button onClick={() => window.location.reload()}>{shell.reload}</Button>
            <CodeBlock code={said} label={shell.moreAbout} />
          </div>
        }
      >
        {shell.crash.text}
      </Empty>
    </div>
  );
}
