import { lazy, memo, Suspense, useEffect, useMemo, useRef, useState } from "react";
import type { CardDetail } from "../api/client";
import { Loading, Prose } from "../parts";
import { Chevron, Cross, Play, Warning } from "../parts/icons";
import { designer, testing as testTexts } from "../texts";
import styles from "./Card.module.css";
import { CardId } from "./CardId";
import { CardMenu } from "./CardMenu";
import { ConnectionPicker } from "./ConnectionPicker";
import { useDesigner } from "./context";
import {
  after,
  type CardPath,
  type CardUse,
  cardAt,
  changeCard,
  pointerOf,
  setInput,
} from "./document";
import { beginCard, end } from "./drag";
import { ErrorPanel } from "./ErrorPanel";
import type { Found } from "./editing";
import { Fields } from "./Fields";
import { fieldsOf } from "./form";
import { Effects } from "./icons";
import { type Direction, useMoves } from "./moves";
import { Outputs } from "./Outputs";
import { outputsShape } from "./scope";
import { sentence } from "./sentence";
import type { Schema } from "./shape";

interface ActionCardProps {
  /** Without the cards that it holds. */
  use: CardUse;
  path: CardPath;
  card: CardDetail | undefined;
  /** Whether it is known that there is no such card. */
  unknown: boolean;
  problems: readonly Found[];
  used: ReadonlySet<string>;
  last: boolean;
  onCopy: (use: CardUse) => void;
}

const CardTest = lazy(() => import("./CardTest"));
const texts = designer.card;
const NONE: readonly Found[] = [];
const ARROWS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** A card in the strip, edited in place. */
export const ActionCard = memo(function ActionCard(props: ActionCardProps) {
  const { use, path, card, unknown, problems, used, last, onCopy } = props;
  const { edit, pasteAt, now } = useDesigner();
  const move = useMoves(use.id, path);
  const [collapsed, setCollapsed] = useState(false);
  const [handling, setHandling] = useState(Boolean(use.on_error));
  const [noting, setNoting] = useState(false);
  const [testing, setTesting] = useState(false);
  const note = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!noting) return;
    // The menu gives the focus back first.
    const timer = setTimeout(() => note.current?.focus(), 60);
    return () => clearTimeout(timer);
  }, [noting]);
  const pointer = pointerOf(path);
  const title = card?.title ?? use.card;
  const fields = useMemo(() => (card ? fieldsOf(card.inputs as Schema) : []), [card]);
  const shape = useMemo(() => outputsShape(card), [card]);
  const place = useMemo(() => ({ cardId: use.id, path }), [use.id, path]);
  const change = (to: (use: CardUse) => CardUse, key?: string) =>
    edit((document) => changeCard(document, path, to), key && `${pointer} ${key}`);
  // With what it holds, which is not drawn here.
  const copy = () => onCopy(cardAt(now(), path) ?? use);
  const inputs = `${pointer}/inputs`;
  const elsewhere = problems.filter((each) =>
    each.pointer !== pointer
      ? !fields.some((one) => each.pointer.startsWith(`${inputs}/${one.name}`)) &&
        !each.pointer.startsWith(`${pointer}/on_error/values/`) &&
        !each.pointer.startsWith(`${pointer}/blocks/`)
      : true,
  );
  const Glyph = Effects[card?.effect ?? "pure"] ?? Effects.pure;
  const errors = problems.filter((each) => each.severity === "error").length;

  return (
    <article
      className={styles.card}
      data-effect={card?.effect ?? "pure"}
      data-errors={errors > 0 || undefined}
      id={`card-${use.id}`}
      tabIndex={-1}
      aria-labelledby={`title-${use.id}`}
      onKeyDown={(event) => {
        const arrow = event.altKey && ARROWS[event.key];
        if (arrow) {
          // The innermost card of those that the focus is in.
          event.stopPropagation();
          event.preventDefault();
          move(arrow);
        } else if (event.target === event.currentTarget && (event.ctrlKey || event.metaKey)) {
          if (event.key === "c" && !window.getSelection()?.toString()) copy();
          else if (event.key === "v") pasteAt(after(path));
        }
      }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the menu and Alt with arrows do the same */}
      <div
        className={styles.top}
        title={texts.drag}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData("application/x-penstock-card", use.id);
          event.dataTransfer.effectAllowed = "move";
          beginCard(path);
        }}
        onDragEnd={end}
      >
        <span className={styles.glyph}>{Glyph && <Glyph size={15} />}</span>
        <div className={styles.names}>
          <h3 id={`title-${use.id}`} className={styles.title} dir="auto">
            {title}
          </h3>
          <p className={styles.sentence}>
            {card ? sentence(card, use.inputs ?? {}) : unknown ? texts.unknown : "…"}
          </p>
        </div>
        <button
          type="button"
          className={styles.icon}
          aria-expanded={!collapsed}
          aria-label={`${collapsed ? texts.expand : texts.collapse} ${use.id}`}
          onClick={() => setCollapsed(!collapsed)}
        >
          <Chevron size={13} />
        </button>
        <CardMenu
          use={use}
          path={path}
          card={card}
          title={title}
          last={last}
          onCopy={copy}
          onNote={() => setNoting(true)}
          onHandle={() => setHandling(!handling)}
        />
      </div>
      {(use.note || noting) && (
        <textarea
          className={styles.note}
          aria-label={texts.noteOf(use.id)}
          placeholder={texts.note}
          rows={Math.max(1, (use.note ?? "").split("\n").length)}
          value={use.note ?? ""}
          ref={note}
          onChange={(event) =>
            change(({ note: _, ...rest }) => withNote(rest, event.target.value), "note")
          }
        />
      )}
      {card?.needs_connection && (
        <ConnectionPicker
          title={`${title} ${use.id}`}
          cardId={use.id}
          value={use.connection}
          onChange={(connection) => change((was) => ({ ...was, connection }))}
        />
      )}
      {!collapsed && (
        <>
          <div className={styles.inputs}>
            <CardId use={use} />
            {elsewhere.map((each) => (
              <p
                key={`${each.pointer} ${each.code}`}
                className={styles.problem}
                data-severity={each.severity}
              >
                <Warning size={13} />
                <span>
                  <Prose text={each.message} /> {each.hint && <Prose text={each.hint} />}
                </span>
              </p>
            ))}
            <Fields
              fields={fields}
              values={use.inputs ?? {}}
              place={place}
              pointer={inputs}
              problems={problems.length ? problems : NONE}
              onChange={(name, value) =>
                change((was) => setInput(was, name, value), `inputs ${name}`)
              }
            />
          </div>
          {handling && (
            <ErrorPanel
              use={use}
              outputs={card?.outputs as Schema | undefined}
              place={place}
              pointer={pointer}
              problems={problems}
              title={title}
              onChange={(on_error) =>
                change(
                  ({ on_error: _, ...rest }) => (on_error ? { ...rest, on_error } : rest),
                  "on_error",
                )
              }
            />
          )}
          {card && (
            <Outputs
              root={use.id}
              shape={shape}
              used={used}
              label={`${texts.outputs} of ${use.id}`}
            />
          )}
          {card && (
            <button
              type="button"
              className={styles.test}
              aria-expanded={testing}
              aria-label={testTexts.labelOf(
                testing ? testTexts.close : testTexts.button,
                `${title} ${use.id}`,
              )}
              onClick={() => setTesting(!testing)}
            >
              {testing ? <Cross size={11} /> : <Play size={11} />}
              {testing ? testTexts.close : testTexts.button}
            </button>
          )}
          {card && testing && (
            <Suspense fallback={<Loading lines={2} />}>
              <CardTest use={use} title={`${title} ${use.id}`} effect={card.effect} />
            </Suspense>
          )}
        </>
      )}
    </article>
  );
});

function withNote(use: CardUse, note: string): CardUse {
  return note ? { ...use, note } : use;
}
