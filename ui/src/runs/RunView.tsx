import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { Link, useParams } from "react-router";
import type { RunDetail } from "../api/client";
import { cardList } from "../api/queries";
import { Badge, exactly, Facts, Loading, Page, ProblemView, Sheet, StatusBadge } from "../parts";
import { ArrowLeft, Clock } from "../parts/icons";
import { runs } from "../texts";
import { Elapsed } from "./Elapsed";
import { everyUse } from "./nesting";
import { startInputs } from "./queries";
import { RunActions } from "./RunActions";
import type { CardUse } from "./RunCard";
import { RunError } from "./RunError";
import { RunFiles } from "./RunFiles";
import { RunLog } from "./RunLog";
import { RunStrip } from "./RunStrip";
import styles from "./RunView.module.css";
import { useRun } from "./useRun";

const texts = runs.run;

/** One run: the flow's strip with every card's values, live while it is under way. */
export default function RunView() {
  const { id = "" } = useParams();
  // Another run is another page: nothing of this one stays open.
  return <OneRun key={id} id={id} />;
}

function OneRun({ id }: { id: string }) {
  const { shown, cards, resumed, lost, error, retry } = useRun(id);
  const catalog = useQuery(cardList).data;
  const titleOf = useCallback(
    (cardId: string) => catalog?.find((each) => each.id === cardId)?.title ?? cardId,
    [catalog],
  );
  const back = (
    <Link to="/runs">
      <ArrowLeft size={13} /> {texts.back}
    </Link>
  );
  if (!shown) {
    return (
      <Page title={runs.title} above={back}>
        {error ? <ProblemView error={error} onRetry={retry} /> : <Loading lines={8} />}
      </Page>
    );
  }

  const { uses, saved } = documentOf(shown);
  const failed = everyUse(uses).find((use) => use.id === placeOf(shown.error));
  return (
    <Page
      wide
      title={String(shown.document.title || shown.flow)}
      above={back}
      beside={
        <>
          <StatusBadge status={shown.status}>
            {shown.status === "failed" && failed ? texts.failedAt(titleOf(failed.card)) : null}
          </StatusBadge>
          <Badge icon={<Clock size={12} />}>
            {texts.started(exactly(shown.created_at))}
            {shown.started_at && (
              <>
                {" · "}
                <Elapsed from={shown.started_at} to={shown.ended_at} />
              </>
            )}
            {shown.version != null && ` · ${runs.version(shown.version)}`}
          </Badge>
          {shown.tested && <Badge>{runs.tested(shown.tested)}</Badge>}
          {resumed && <Badge>{texts.resumed}</Badge>}
        </>
      }
      actions={<RunActions shown={shown} />}
    >
      <div role="status">
        {lost && (
          <p className={styles.lost}>
            <b>{texts.reconnecting}</b> {texts.reconnectingHelp}
          </p>
        )}
      </div>
      {!!error && <ProblemView error={error} onRetry={retry} />}
      {shown.error && !failed && (
        <div className={styles.runError}>
          <RunError error={shown.error} />
        </div>
      )}
      <RunStrip
        cards={cards}
        uses={uses}
        saved={saved}
        inputs={shown.inputs}
        inputTitles={inputTitles(shown)}
        titleOf={titleOf}
      />
      <div className={styles.below}>
        <RunFiles run={shown} titleOf={(card) => titleOf(cardOf(uses, card))} />
        <About run={shown} />
        <Sessions run={shown} />
      </div>
      <RunLog run={shown} />
    </Page>
  );
}

function About({ run }: { run: RunDetail }) {
  return (
    <Sheet title={texts.facts}>
      <Facts
        facts={[
          [texts.id, <code key="id">{run.id}</code>],
          [texts.createdAt, exactly(run.created_at)],
          [texts.endedAt, run.ended_at ? exactly(run.ended_at) : "–"],
          [texts.versionFact, run.version ?? runs.unkept],
        ]}
      />
    </Sheet>
  );
}

function Sessions({ run }: { run: RunDetail }) {
  if (!run.sessions?.length) return null;
  return (
    <Sheet title={texts.sessions} help={texts.sessionsHelp}>
      <Facts
        facts={run.sessions.map((session) => [
          session.connection,
          <div key="said">
            {session.narrowed ? texts.narrowed : texts.notNarrowed}
            {!!session.coarsened?.length && (
              <ul className={styles.coarsened}>
                {session.coarsened.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            )}
          </div>,
        ])}
      />
    </Sheet>
  );
}

function documentOf(run: RunDetail): { uses: CardUse[]; saved: boolean } {
  const settings = run.document.settings as { save_values?: boolean } | undefined;
  return {
    uses: (run.document.cards ?? []) as CardUse[],
    saved: settings?.save_values !== false,
  };
}

function placeOf(error: unknown): string | undefined {
  return (error as { where?: { card?: string } } | null)?.where?.card;
}

function cardOf(uses: readonly CardUse[], id: string): string {
  return everyUse(uses).find((use) => use.id === id)?.card ?? id;
}

function inputTitles(run: RunDetail): Record<string, string> {
  return Object.fromEntries(
    Object.entries(startInputs(run.document)).map(([name, { title }]) => [name, title ?? name]),
  );
}
