import { exactly } from "../parts";
import { settings } from "../texts";
import styles from "./Retention.module.css";
import { isNothing, type Removable, type Sweep, size } from "./retention";

const texts = settings.retention;

/** What would go, line by line. */
export function WouldGo({ what }: { what: Removable }) {
  if (isNothing(what)) return <p>{texts.nothing}</p>;
  const { runs, failed_runs: failed, audit_entries: entries, oldest_run: oldest } = what;
  const counts = [runs && texts.runs(runs), failed && texts.failedRuns(failed)].filter(Boolean);
  const room = [
    what.file_bytes > 0 && texts.files(size(what.file_bytes), what.all_files_seen),
    what.row_bytes > 0 && texts.rows(size(what.row_bytes)),
  ].filter(Boolean);
  return (
    <ul className={styles.going}>
      {counts.length > 0 && (
        <li>
          <b>{counts.join(", ")}</b>
          {oldest && `; ${texts.oldest(exactly(oldest))}`}
          {room.length > 0 && <small>{room.join(", ")}</small>}
        </li>
      )}
      {entries > 0 && (
        <li>
          <b>{texts.entries(entries)}</b>
        </li>
      )}
    </ul>
  );
}

/** What went: "12 runs, 3.4 MiB of files, 2 audit entries". */
export function went(swept: Sweep): string {
  return [
    swept.runs && texts.runs(swept.runs),
    swept.file_bytes && texts.files(size(swept.file_bytes), true),
    swept.audit_entries && texts.entries(swept.audit_entries),
    swept.uploads && texts.uploads(swept.uploads),
  ]
    .filter(Boolean)
    .join(", ");
}
