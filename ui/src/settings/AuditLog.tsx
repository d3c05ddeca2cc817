import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Badge, exactly, Loading, ProblemView } from "../parts";
import { SearchIcon } from "../parts/icons";
import { settings } from "../texts";
import { audit } from "./queries";
import { Table } from "./Table";
import styles from "./Table.module.css";

const texts = settings.audit;
const TONES = { done: "ok", refused: "bad", failed: "warn" } as const;

/** Who did what. */
export function AuditLog() {
  const [who, setWho] = useState("");
  const [wanted] = useDebouncedValue(who.trim(), 250);
  const log = useInfiniteQuery(audit(wanted));
  const entries = log.data?.pages.flatMap((page) => page.items) ?? [];
  const { columns } = texts;
  return (
    <>
      <div className={styles.bar}>
        <p>{texts.help}</p>
        <TextInput
          type="search"
          aria-label={texts.who}
          placeholder={texts.who}
          leftSection={<SearchIcon />}
          value={who}
          maxLength={256}
          onChange={(event) => setWho(event.target.value)}
        />
      </div>
      {log.error && <ProblemView error={log.error} onRetry={log.refetch} />}
      {log.isPending && <Loading />}
      {log.data && (
        <Table
          label={settings.tabs.audit}
          columns={[
            columns.at,
            columns.who,
            columns.verb,
            columns.object,
            columns.outcome,
            columns.address,
          ]}
        >
          {entries.length === 0 && (
            <tr>
              <td colSpan={6}>{texts.empty}</td>
            </tr>
          )}
          {entries.map((entry) => (
            <tr key={entry.seq}>
              <td className={styles.short}>{exactly(entry.at)}</td>
              <td className={styles.short}>
                {entry.who}
                {entry.via !== "none" && <small>{texts.via(entry.via)}</small>}
              </td>
              <td className={styles.short}>{entry.verb}</td>
              <td>
                <code>{entry.object}</code>
              </td>
              <td className={styles.short}>
                <Badge tone={TONES[entry.outcome]}>{entry.outcome}</Badge>
              </td>
              <td className={styles.short}>{entry.address}</td>
            </tr>
          ))}
        </Table>
      )}
      {log.hasNextPage && (
        <Button
          variant="default"
          loading={log.isFetchingNextPage}
          onClick={() => log.fetchNextPage()}
        >
          {texts.more}
        </Button>
      )}
    </>
  );
}
