import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { Link } from "react-router";
import { Empty } from "../parts/Empty";
import { shell } from "../texts";
import styles from "./Shell.module.css";

/** What stands at an address that no view has. */
export function NotFound() {
  useDocumentTitle(`${shell.notFound.title} · ${shell.product}`);
  return (
    <div className={styles.fault}>
      <Empty
        whole
        title={shell.notFound.title}
        action={
          <Button component={Link} to="/" variant="default">
            {shell.goHome}
          </Button>
        }
      >
        {shell.notFound.text}
      </Empty>
    </div>
  );
}
