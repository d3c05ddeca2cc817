import { type ReactNode, useEffect, useRef } from "react";
import { ArrowRight, Check, Clock, Cross, Dash, Dot } from "../parts/icons";
import { runs, shell } from "../texts";
import type { LiveCard } from "./folding";
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
  const failed = cards.find((card) => card.status === "failed")?.id;
  useFirstInView(strip, failed);
  const times = new Map<string, number>();
  for (const { card } of cards) times.set(card, (times.get(card) ?? 0) + 1);
  const useOf = new Map(uses.map((use) => [use.id, use]));
  return (
    <>
      <nav className={styles.overview} aria-label={texts.overview}>
        <ol>
          {cards.map((card) => {
            const Icon = ICONS[card.status] ?? Dot;
            return (
              <li key={card.id}>
                <button type="button" data-status={card.status} onClick={() => goTo(card.id)}>
                  <Icon size={12} label={shell.status[card.status] ?? card.status} />
                  {titleOf(card.card)}
                  {(times.get(card.card) ?? 0) > 1 && <code>{card.id}</code>}
                </button>
              </li>
            );
          })}
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
        {cards.map((card) => (
          <Arrowed key={card.id}>
            <RunCard card={card} use={useOf.get(card.id)} saved={saved} />
          </Arrowed>
        ))}
      </ol>
    </>
  );
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
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  card?.scrollIntoView({
    behavior: still ? "auto" : "smooth",
    block: "nearest",
    inline: "center",
  });
  card?.focus({ preventScroll: true });
}

/** The failed card is what one came for: it is in view when the page opens, or when it fails. */
function useFirstInView(strip: { current: HTMLElement | null }, id: string | undefined) {
  useEffect(() => {
    const box = strip.current;
    const card = id && document.getElementById(`card-${id}`);
    if (!box || !card) return;
    const middle = card.offsetLeft - box.offsetLeft - (box.clientWidth - card.offsetWidth) / 2;
    box.scrollTo({ left: middle });
  }, [strip, id]);
}
