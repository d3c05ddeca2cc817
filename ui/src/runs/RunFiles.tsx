import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { RunDetail } from "../api/client";
import { Loading, Name, ProblemView, Sheet } from "../parts";
import { runs } from "../texts";
import { ENDED, runFiles } from "./queries";
import styles from "./RunFiles.module.css";
import { bytes } from "./values";

const texts = runs.run;

interface RunFilesProps {
  run: RunDetail;
  /** The title of a card of the flow, by its name there. */
  titleOf: (card: string) => string;
}

/** The files that the run was given and its cards made, each to download. Nothing if there are none. */
export function RunFiles({ run, titleOf }: RunFilesProps) {
  const { data, error, refetch } = useQuery(runFiles(run.id));
  const over = ENDED.has(run.status);
  useEffect(() => {
    if (over) void refetch();
  }, [over, refetch]);
  const files = (data?.items ?? []).filter((file) => !file.key.startsWith("~"));
  const fromWhere = (owner: string) => (owner === "start" ? texts.file.given : titleOf(owner));
  if (data && !files.length) return null;
  return (
    <Sheet title={texts.files} help={texts.filesHelp}>
      {!!error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading lines={2} />}
      {files.length > 0 && (
        <ul className={styles.files}>
          {files.map((file) => (
            <li key={file.key}>
              <a
                href={`/api/v1/runs/${run.id}/files/${file.key.split("/").map(encodeURIComponent).join("/")}`}
                download={file.name}
                title={texts.file.download}
              >
                <Name most={200}>{file.name}</Name>
              </a>
              <span>
                {bytes(file.size)} · {fromWhere(file.key.split(".")[0] ?? "")}
                {file.content_type && ` · ${file.content_type}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}
