import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { everyPage, keys } from "../api/queries";
import { Badge, Loading, ProblemView, TimeAgo } from "../parts";
import { designer } from "../texts";
import { around, difference } from "./difference";
import styles from "./Panels.module.css";

interface VersionsPanelProps {
  flow: string;
  /** The version this was made from. */
  current: number;
  text: string;
  /** The version that is compared. */
  shown: number | null;
  onShow: (version: number | null) => void;
  onRestore: (text: string) => void;
}

const texts = designer.versionsPanel;

/** Every version that was saved, what has changed since, and the way back. */
export function VersionsPanel({
  flow,
  current,
  text,
  shown,
  onShow,
  onRestore,
}: VersionsPanelProps) {
  const versions = useQuery({
    queryKey: [...keys.flows, flow, "versions", current],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        answer(
          api.GET("/api/v1/flows/{name}/versions", {
            params: { path: { name: flow }, query: { limit: 200, cursor } },
            signal,
          }),
        ),
      ),
  });
  return (
    <div className={styles.panel}>
      <h2 className={styles.title}>{texts.title}</h2>
      <p className={styles.help}>{texts.text}</p>
      {versions.isLoading && <Loading lines={3} />}
      {versions.error && <ProblemView error={versions.error} onRetry={() => versions.refetch()} />}
      <ol className={styles.versions}>
        {versions.data?.map((each) => (
          <li key={each.version}>
            <button
              type="button"
              aria-expanded={shown === each.version}
              onClick={() => onShow(shown === each.version ? null : each.version)}
            >
              <span className={styles.hidden}>{texts.show} </span>
              <b>{each.version}</b>
              <TimeAgo time={each.saved_at} />
              <span className={styles.grow} />
              {each.version === current && <Badge tone="ok">{texts.current}</Badge>}
            </button>
            {shown === each.version && (
              <Compared flow={flow} version={each.version} text={text} onRestore={onRestore} />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

interface ComparedProps {
  flow: string;
  version: number;
  text: string;
  onRestore: (text: string) => void;
}

function Compared({ flow, version, text, onRestore }: ComparedProps) {
  const kept = useQuery({
    queryKey: [...keys.flows, flow, "version", version],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/flows/{name}", {
          params: { path: { name: flow }, query: { version } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (kept.isLoading) return <Loading lines={2} />;
  if (kept.error || !kept.data) return <ProblemView error={kept.error} />;
  const old = kept.data.text;
  if (old === text) return <p className={styles.help}>{texts.same}</p>;
  const lines = around(difference(old, text));
  return (
    <>
      <p className={styles.help}>{texts.against(version)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={styles.difference} aria-label={texts.against(version)} tabIndex={0}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of one difference never move
          <div key={index} data-sign={line?.sign ?? "…"}>
            {line ? (
              <>
                {line.sign !== " " && (
                  <span className={styles.hidden}>
                    {line.sign === "+" ? texts.added : texts.removed}{" "}
                  </span>
                )}
                <span aria-hidden="true">{line.sign} </span>
                <bdi dir="ltr">{line.text}</bdi>
              </>
            ) : (
              "⋯"
            )}
          </div>
        ))}
      </section>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => onRestore(old)}
        title={texts.restoreHelp}
      >
        {texts.restore(version)}
      </Button>
    </>
  );
}
