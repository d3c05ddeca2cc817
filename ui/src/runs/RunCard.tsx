import { Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { memo, useState } from "react";
import { Link } from "react-router";
import { cardList, card as cardQuery } from "../api/queries";
import { duration, Name, Prose, StatusBadge } from "../parts";
import { runs } from "../texts";
import { Elapsed } from "./Elapsed";
import type { LiveCard } from "./folding";
import { type AwsRequest, Requests } from "./Requests";
import styles from "./RunCard.module.css";
import { RunError } from "./RunError";
import { ValueTree } from "./ValueTree";
import { bytes } from "./values";

const texts = runs.run;

/** How a card is used in the flow as it ran. */
export interface CardUse {
  id: string;
  card: string;
  connection?: string | null;
  note?: string | null;
  blocks?: Record<string, CardUse[]>;
}

interface RunCardProps {
  card: LiveCard;
  use?: CardUse;
  /** Whether history keeps values of this flow. */
  saved: boolean;
}

/** One card of the strip with what it was given, what it gave, and what it cost. */
export const RunCard = memo(function RunCard({ card, use, saved }: RunCardProps) {
  const catalog = useQuery(cardList).data?.find((each) => each.id === card.card);
  const titles = useTitles(card.card);
  const requests = (card.requests ?? []) as AwsRequest[];
  const title = catalog?.title ?? card.card;
  const idle = card.status === "waiting" || card.status === "skipped";
  return (
    <li
      className={styles.card}
      id={`card-${card.id}`}
      tabIndex={-1}
      aria-label={`${title}, ${card.id}`}
      data-effect={catalog?.effect}
      data-status={card.status}
    >
      <div className={styles.head}>
        <h2>
          {title} <code>{card.id}</code>
        </h2>
        <StatusBadge status={card.status} />
        <p>
          {use?.note ? <Name most={600}>{use.note}</Name> : <Prose text={catalog?.summary ?? ""} />}
        </p>
      </div>
      {use?.connection && (
        <div className={styles.connection}>
          <Link to={`/connections/${encodeURIComponent(use.connection)}`}>
            <Name>{use.connection}</Name>
          </Link>
        </div>
      )}
      {idle && (
        <p className={styles.idle}>{card.status === "waiting" ? texts.waiting : texts.skipped}</p>
      )}
      {!idle && saved && (
        <>
          <div className={styles.values}>
            <h3>{texts.inputs}</h3>
            <ValueTree value={card.inputs} titles={titles} nothing={texts.noCardInputs} />
          </div>
          {(card.outputs !== undefined && card.outputs !== null) || card.status === "succeeded" ? (
            <div className={styles.values} data-outputs>
              <h3>{texts.outputs}</h3>
              <ValueTree value={card.outputs} nothing={texts.noOutputs} />
            </div>
          ) : null}
        </>
      )}
      {!idle && !saved && <p className={styles.idle}>{texts.notSaved}</p>}
      {card.progress && <CardProgress {...card.progress} />}
      {card.retry && (
        <p className={styles.retry}>{texts.retrying(card.retry.attempt, card.retry.delay)}</p>
      )}
      {card.error && (
        <>
          <RunError error={card.error} attempts={card.attempts} />
          {card.status === "failed" && card.outputs != null && (
            <p className={styles.retry}>{texts.continued}</p>
          )}
        </>
      )}
      {!idle && <Costs card={card} requests={requests} title={title} />}
    </li>
  );
});

function Costs({
  card,
  requests,
  title,
}: {
  card: LiveCard;
  requests: readonly AwsRequest[];
  title: string;
}) {
  const [open, setOpen] = useState(false);
  const moved = requests.reduce(
    (sum, each) => sum + (each.bytes_sent ?? 0) + (each.bytes_received ?? 0),
    0,
  );
  return (
    <div className={styles.costs}>
      <div>
        <span>
          {card.seconds == null ? (
            <Elapsed from={card.started_at} to={card.ended_at} />
          ) : (
            duration(card.seconds)
          )}
          {(card.attempts ?? 0) > 1 && ` · ${texts.attempts(card.attempts ?? 0)}`}
        </span>
        <span>{moved > 0 && bytes(moved)}</span>
      </div>
      {requests.length > 0 && (
        <details
          data-tree
          open={open}
          onToggle={(event) => setOpen(event.currentTarget.open)}
          className={styles.requests}
        >
          <summary>{texts.requests(requests.length)}</summary>
          {open && <Requests requests={requests} card={title} />}
        </details>
      )}
    </div>
  );
}

function CardProgress({ done, total, unit }: { done: number; total: number | null; unit: string }) {
  const said = (count: number) => (unit === "bytes" ? bytes(count) : count.toLocaleString("en"));
  return (
    <div className={styles.progress}>
      <Progress
        value={total ? Math.min(100, (done / total) * 100) : 100}
        animated={!total}
        aria-label={texts.progress(unit)}
        size="sm"
      />
      <span>
        {total ? texts.of(said(done), said(total)) : said(done)} {unit === "bytes" ? "" : unit}
      </span>
    </div>
  );
}

/** Names that people know the inputs by, from the card's schema. */
function useTitles(id: string): Record<string, string> {
  const properties = useQuery({ ...cardQuery(id), retry: false }).data?.inputs.properties as
    | Record<string, { title?: string }>
    | undefined;
  if (!properties) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, { title }]) => [name, title ?? name]),
  );
}
