import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RunDetail } from "../api/client";
import { Loading, Name, ProblemView, Sheet } from "../parts";
import { runs } from "../texts";
import type { RunEvent } from "./folding";
import { ENDED, runLog } from "./queries";
import styles from "./RunLog.module.css";

const texts = runs.run;
const time = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  // They tell lines of one second apart.
  fractionalSecondDigits: 3,
});

/** The run's event log, line by line, for who wants to know exactly. */
export function RunLog({ run }: { run: RunDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <Sheet
      title={texts.log}
      help={open ? texts.logHelp : undefined}
      actions={
        !open && (
          <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
            {texts.showLog}
          </Button>
        )
      }
    >
      {open && <Lines run={run} />}
    </Sheet>
  );
}

function Lines({ run }: { run: RunDetail }) {
  const log = useInfiniteQuery(runLog(run.id, ENDED.has(run.status)));
  const events = (log.data?.pages.flat() ?? []) as RunEvent[];
  return (
    <>
      {!!log.error && <ProblemView error={log.error} onRetry={log.refetch} />}
      {log.isPending && <Loading lines={3} />}
      {events.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <section className={styles.box} tabIndex={0} aria-label={texts.everyLine}>
          <table className={styles.log}>
            <thead>
              <tr>
                <th scope="col">{texts.logColumns.number}</th>
                <th scope="col">{texts.logColumns.at}</th>
                <th scope="col">{texts.logColumns.card}</th>
                <th scope="col">{texts.logColumns.what}</th>
              </tr>
            </thead>
            <tbody>
              {events.map((event) => (
                <tr key={event.seq}>
                  <td>{event.seq}</td>
                  <td>{time.format(new Date(event.at))}</td>
                  <td>{event.card}</td>
                  <td>
                    <b>{event.type}</b>{" "}
                    <span>
                      <Name most={400}>{told(event.data)}</Name>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {log.hasNextPage && (
        <Button
          variant="default"
          size="compact-sm"
          loading={log.isFetchingNextPage}
          onClick={() => log.fetchNextPage()}
        >
          {texts.moreLog}
        </Button>
      )}
    </>
  );
}

function told(data: Record<string, unknown>): string {
  const text = JSON.stringify(data);
  return text === "{}" ? "" : text;
}
