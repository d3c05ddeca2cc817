import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import type { CardSummary } from "../api/client";
import { cardList } from "../api/queries";
import { Empty, Loading, Page, ProblemView } from "../parts";
import { SearchIcon } from "../parts/icons";
import { cards as texts } from "../texts";
import styles from "./CardsView.module.css";
import { Effect } from "./Effect";
import { searched } from "./search";

const EFFECTS = ["any", "read", "write", "destroy", "pure"];

/** The catalog: every card there is. */
export default function CardsView() {
  const [address, setAddress] = useSearchParams();
  const text = address.get("text") ?? "";
  const effect = address.get("effect") ?? "any";
  const { data, error, refetch } = useQuery(cardList);
  const wanted = useDeferredValue(text);
  const found = useMemo(() => searched(data ?? [], wanted, effect), [data, wanted, effect]);
  const there = EFFECTS.filter((each) => each === "any" || data?.some((c) => c.effect === each));

  function narrow(name: string, value: string) {
    const next = new URLSearchParams(address);
    if (value && value !== "any") next.set(name, value);
    else next.delete(name);
    setAddress(next, { replace: true, preventScrollReset: true });
  }

  return (
    <Page
      title={texts.title}
      beside={
        data && (
          <span className={styles.count} role="status">
            {texts.count(found.length)}
          </span>
        )
      }
      actions={
        <search className={styles.search}>
          <SegmentedControl
            size="xs"
            aria-label={texts.effect}
            value={effect}
            onChange={(value) => narrow("effect", value)}
            data={there.map((each) => ({ value: each, label: texts.effects[each] ?? each }))}
          />
          <TextInput
            type="search"
            aria-label={texts.search}
            placeholder={texts.searchPlaceholder}
            leftSection={<SearchIcon />}
            value={text}
            maxLength={200}
            onChange={(event) => narrow("text", event.target.value)}
            className={styles.text}
          />
        </search>
      }
    >
      {!!error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading lines={8} />}
      {data && found.length === 0 && (
        <Nothing any={data.length > 0} onClear={() => setAddress({}, { replace: true })} />
      )}
      {[...groups(found)].map(([connector, some]) => (
        <section key={connector} className={styles.group} aria-label={nameOf(connector)}>
          <h2>{nameOf(connector)}</h2>
          <ul className={styles.cards}>
            {some.map((card) => (
              <Tile key={card.id} card={card} />
            ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}

function Tile({ card }: { card: CardSummary }) {
  return (
    <li className={styles.card} data-effect={card.effect}>
      <div>
        <Link to={`/cards/${encodeURIComponent(card.id)}`}>{card.title}</Link>
        <Effect effect={card.effect} />
      </div>
      <p>{card.summary}</p>
      <code>{card.id}</code>
    </li>
  );
}

function Nothing({ any, onClear }: { any: boolean; onClear: () => void }) {
  if (!any) return <Empty title={texts.empty.title}>{texts.empty.text}</Empty>;
  return (
    <Empty title={texts.none.title} action={<Button onClick={onClear}>{texts.none.action}</Button>}>
      {texts.none.text}
    </Empty>
  );
}

/** By connector, in the order in which they come. */
function groups(cards: readonly CardSummary[]): Map<string, CardSummary[]> {
  const found = new Map<string, CardSummary[]>();
  for (const card of cards) {
    const connector = card.connector ?? "";
    found.set(connector, [...(found.get(connector) ?? []), card]);
  }
  return found;
}

function nameOf(connector: string): string {
  return connector ? (texts.connectors[connector] ?? connector) : texts.others;
}
