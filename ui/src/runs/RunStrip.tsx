import { Fragment, type ReactNode, useEffect, useRef } from "react";
import { ArrowRight, Check, Clock, Cross, Dash, Dot } from "../parts/icons";
import { runs, shell } from "../texts";
import type { LiveCard } from "./folding";
import { everyUse, filled } from "./nesting";
import { RunBlock } from "./RunBlock";
import held from "./RunBlock.module.css";
import { type CardUse, RunCard } from "./RunCard";
import styles from "./RunStrip.module.css";
import { ValueTree } from "./ValueTree";

const texts = runs.run;
const ICONS: Record<string, typeof Check> = {
  succeeded: Check,
  failed: Cross,
  cancelled: Dash,
  skipped: Dash,
  running: Dot,
  waiting: Clock,
};

interface RunStripProps {
  cards: readonly LiveCard[];
  uses: readonly CardUse[];
  saved: boolean;
  inputs: Record<string, unknown>;
  inputTitles: Record<string, string>;
  titleOf: (cardId: string) => string;
}

/** The flow as it ran: an overview to jump by, and the cards from left to right. */
export function RunStrip({ cards, uses, saved, inputs, inputTitles, titleOf }: RunStripProps) {
  const strip = useRef<HTMLOListElement>(null);
  const byId = new Map(cards.map((card) => [card.id, card]));
  useFirstInView(strip, firstFailed(uses, byId));
  const times = new Map<string, number>();
  for (const { card } of cards) times.set(card, (times.get(card) ?? 0) + 1);
  return (
    <>
      <nav className={styles.overview} aria-label={texts.overview}>
        <ol>
          <Stops uses={uses} byId={byId} times={times} titleOf={titleOf} />
        </ol>
      </nav>
      <ol className={styles.strip} ref={strip} aria-label={texts.strip}>
        <li className={styles.start}>
          <div className={styles.startHead}>
            <h2>{texts.start}</h2>
            <p>{texts.startHelp}</p>
          </div>
          <div className={styles.startValues}>
            <ValueTree value={inputs} titles={inputTitles} nothing={texts.noInputs} />
          </div>
        </li>
        <Cards uses={uses} byId={byId} saved={saved} />
      </ol>
    </>
  );
}

interface CardsProps {
  uses: readonly CardUse[];
  byId: ReadonlyMap<string, LiveCard>;
  saved: boolean;
  /** Whether nothing stands before the first of them. */
  bare?: boolean;
}

/** Cards in order; those that hold others with them in a container. */
function Cards({ uses, byId, saved, bare = false }: CardsProps) {
  return uses.map((use, index) => {
    const card = byId.get(use.id);
    if (!card) return null;
    const blocks = filled(use);
    const own = <RunCard card={card} use={use} saved={saved} />;
    const whole = blocks.length ? (
      <li className={held.holder}>
        <ol className={held.own}>{own}</ol>
        <div className={held.blocks}>
          {blocks.map(([name, inner]) => (
            <RunBlock key={name} use={use} name={name} held={inner} byId={byId}>
              <Cards uses={inner} byId={byId} saved={saved} bare />
            </RunBlock>
          ))}
        </div>
      </li>
    ) : (
      own
    );
    if (bare && index === 0) return <Fragment key={use.id}>{whole}</Fragment>;
    return <Arrowed key={use.id}>{whole}</Arrowed>;
  });
}

interface StopsProps {
  uses: readonly CardUse[];
  byId: ReadonlyMap<string, LiveCard>;
  /** How often each card is used: then its id tells them apart. */
  times: ReadonlyMap<string, number>;
  titleOf: (cardId: string) => string;
}

function Stops({ uses, byId, times, titleOf }: StopsProps) {
  return uses.map((use) => {
    const card = byId.get(use.id);
    if (!card) return null;
    const Icon = ICONS[card.status] ?? Dot;
    return (
      <li key={use.id}>
        <button type="button" data-status={card.status} onClick={() => goTo(card.id)}>
          <Icon size={12} label={shell.status[card.status] ?? card.status} />
          {titleOf(card.card)}
          {(times.get(card.card) ?? 0) > 1 && <code>{card.id}</code>}
        </button>
        {filled(use).map(([name, inner]) => (
          <ol key={name} aria-label={name}>
            <Stops uses={inner} byId={byId} times={times} titleOf={titleOf} />
          </ol>
        ))}
      </li>
    );
  });
}

function Arrowed({ children }: { children: ReactNode }) {
  return (
    <>
      <li className={styles.arrow} aria-hidden="true">
        <ArrowRight />
      </li>
      {children}
    </>
  );
}

function goTo(id: string) {
  const card = document.getElementById(`card-${id}`);
  unfold(card);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  card?.scrollIntoView({
    behavior: still ? "auto" : "smooth",
    block: "nearest",
    inline: "center",
  });
  card?.focus({ preventScroll: true });
}

/** Open whatever a card is folded up in. */
function unfold(card: HTMLElement | null) {
  for (let at = card?.closest("details"); at; at = at.parentElement?.closest("details")) {
    at.open = true;
  }
}

/** The first card that failed, and not only because one inside of it did. */
function firstFailed(
  uses: readonly CardUse[],
  byId: ReadonlyMap<string, LiveCard>,
): string | undefined {
  const failed = uses.find(({ id }) => byId.get(id)?.status === "failed");
  if (!failed) return undefined;
  return firstFailed(everyUse([failed]).slice(1), byId) ?? failed.id;
}

/** The failed card is what one came for: it is in view when the page opens, or when it fails. */
function useFirstInView(strip: { current: HTMLElement | null }, id: string | undefined) {
  useEffect(() => {
    const box = strip.current;
    const card = id && document.getElementById(`card-${id}`);
    if (!box || !card) return;
    const [own, around] = [card.getBoundingClientRect(), box.getBoundingClientRect()];
    box.scrollBy({ left: own.left - around.left - (around.width - own.width) / 2 });
  }, [strip, id]);
}
