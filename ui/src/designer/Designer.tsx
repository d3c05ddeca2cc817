import { Button, Modal } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { answer, api, type CardDetail, type Connection } from "../api/client";
import { card as cardQuery, connectionList, keys, queryClient } from "../api/queries";
import { NewConnection } from "../connections/NewConnection";
import { FlowPath, OffFlow, Standing, useIsOff } from "../flows/Standing";
import { Badge, Page, ProblemView } from "../parts";
import { Check, Cross, Play, Warning } from "../parts/icons";
import { designer } from "../texts";
import { Chooser } from "./Chooser";
import { Conflict } from "./Conflict";
import { type DesignerContext, DesignerProvider, type Kept } from "./context";
import styles from "./Designer.module.css";
import {
  type CardPath,
  type CardUse,
  cardAt,
  changeCard,
  earlierCards,
  everyCard,
  type FlowDocument,
  idFor,
  insertCards,
  pointerOf,
} from "./document";
import { overStrip } from "./drag";
import { type Found, keepSame } from "./editing";
import { makeFolds, unfoldTo } from "./folds";
import { Redo, Undo } from "./icons";
import { references } from "./mapping";
import { NeedsPanel } from "./NeedsPanel";
import { Overview, type Stop } from "./Overview";
import { Palette } from "./Palette";
import { RunForm } from "./RunForm";
import { StartCard } from "./StartCard";
import { AddButton, CardItems } from "./Strip";
import { blocksOf, type Catalog } from "./scope";
import { useBackup } from "./useBackup";
import { useDraft } from "./useDraft";
import { isAway, useKeeping } from "./useKeeping";
import { VersionsPanel } from "./VersionsPanel";
import { YamlPanel } from "./YamlPanel";

interface DesignerProps {
  flow: string;
  version: number;
  text: string;
  document: FlowDocument;
}

type Panel = "needs" | "yaml" | "versions";
const PANELS: Panel[] = ["needs", "yaml", "versions"];
const NONE: readonly Found[] = [];
const NOTHING: ReadonlySet<string> = new Set();
const WIDE = 1200;
const MANY = 30;

/** A flow, edited: the strip of cards, and beside it what it needs, its text or its versions. */
export function Designer(props: DesignerProps) {
  const draft = useDraft(props);
  const { state, dispatch, now, edit, settled, changed } = draft;
  const { present, problems, saved } = state;
  const { document } = present;
  const navigate = useNavigate();
  const [panel, setPanel] = useState<Panel | null>(() =>
    window.innerWidth >= WIDE ? "needs" : null,
  );
  const [adding, setAdding] = useState<CardPath | null>(null);
  const [jumping, setJumping] = useState(false);
  const [running, setRunning] = useState(false);
  const [sayingOff, setSayingOff] = useState(false);
  const isOff = useIsOff(props.flow);
  const [connecting, setConnecting] = useState<string | null>(null);
  const [saying, setSaying] = useState("");
  const [compared, setCompared] = useState<number | null>(null);
  const [restored, setRestored] = useState(false);
  const focusing = useRef<string | null>(null);
  const kept = useRef(new Map<string, Kept>());
  const [folds] = useState(makeFolds);

  const cards = useMemo(() => everyCard(document.cards), [document.cards]);
  const { catalog, unknown } = useCatalog(cards.map(({ use }) => use.card));
  const { data: connections = NO_CONNECTIONS } = useQuery(connectionList);

  const byCard = useProblems(problems, cards);
  const used = useUsed(document);
  const errors = problems.filter((each) => each.severity === "error");
  const missing = errors.filter((each) => each.code === "missing");
  const sound = present.ahead === null && !errors.length;
  const soundText = useRef<string | null>(null);
  if (sound) soundText.current = present.text;

  const dropBackup = useBackup(props, state, changed, (backup) => {
    dispatch({
      type: "rebase",
      version: backup.version,
      text: backup.version === props.version ? props.text : "",
    });
    if (backup.ahead === "strip") edit(() => backup.document);
    else dispatch({ type: "yaml", text: backup.text, at: Date.now() });
    setRestored(true);
  });

  const focusCard = useCallback(
    (id: string) => {
      focusing.current = id;
      unfoldTo(folds, now(), id);
      // What was just added is drawn in one of the next frames.
      const attempt = (left: number) => {
        if (focusing.current !== id) return;
        const element = window.document.getElementById(`card-${id}`);
        element?.scrollIntoView({ inline: "center", block: "nearest" });
        element?.focus({ preventScroll: true });
        if (!element && left) requestAnimationFrame(() => attempt(left - 1));
      };
      requestAnimationFrame(() => attempt(30));
    },
    [folds, now],
  );

  const opener = useRef<Element | null>(null);
  const addAt = useCallback((path: CardPath) => {
    opener.current = window.document.activeElement;
    setAdding(path);
  }, []);
  const stopAdding = () => {
    setAdding(null);
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };

  const pasteAt = useCallback(
    async (path: CardPath) => {
      const text = await navigator.clipboard.readText().catch(() => "");
      const found = await cardsOf(text);
      if (!found.length) {
        setSaying(designer.card.pasteNothing);
        return;
      }
      let first = "";
      edit((was) => {
        const { document: changed, ids } = insertCards(was, path, found);
        first = ids[0] ?? "";
        return changed;
      });
      focusCard(first);
    },
    [edit, focusCard],
  );

  const copy = useCallback(async (use: CardUse) => {
    const drafted = await answer(
      api.POST("/api/v1/flows/draft", {
        body: { text: "", document: { flow: "copied", cards: [use] } },
      }),
    );
    await navigator.clipboard.writeText(drafted.text.replace(/^flow: copied\n/, ""));
    setSaying(designer.card.copied);
  }, []);

  const context = useMemo<DesignerContext>(
    () => ({
      now,
      edit,
      settled,
      catalog,
      connections,
      kept: kept.current,
      announce: setSaying,
      newConnection: setConnecting,
      addAt,
      pasteAt,
      idAt: (path) => cardAt(now(), path)?.id,
      focusCard,
      folds,
    }),
    [now, edit, settled, catalog, connections, addAt, pasteAt, focusCard, folds],
  );

  const add = async (cardId: string) => {
    const path = adding;
    setAdding(null);
    if (!path) return;
    const detail = await queryClient.ensureQueryData(cardQuery(cardId));
    const use = newUse(detail, now(), path, connections);
    let id = use.id;
    edit((was) => {
      const made = insertCards(was, path, [use]);
      id = made.ids[0] ?? id;
      return made.document;
    });
    focusCard(id);
  };

  const keeping = useKeeping(props.flow, draft, (made) => {
    dropBackup();
    setRestored(false);
    setSaying(designer.saved(made.version));
    if (made.flow !== props.flow) navigate(`/flows/${made.flow}`);
  });
  const { save, saving, failure } = keeping;

  const newConnectionFor =
    connecting === null ? null : cards.find(({ use }) => use.id === connecting);
  const connected = (connection: Connection) => {
    const id = connecting;
    setConnecting(null);
    queryClient.invalidateQueries({ queryKey: keys.connections });
    if (!id) return;
    edit((was) => {
      const found = everyCard(was.cards).find(({ use }) => use.id === id);
      return found
        ? changeCard(was, found.path, (use) => ({ ...use, connection: connection.nickname }))
        : was;
    });
    focusCard(id);
  };

  useShortcuts({
    save: () => void save(),
    undo: () => dispatch({ type: "undo" }),
    redo: () => dispatch({ type: "redo" }),
    jump: () => setJumping(true),
  });

  const stops = useMemo<Stop[]>(
    () => [
      { id: "start", title: designer.start.title },
      ...stopsOf(document.cards ?? NO_CARDS, TOP, catalog, byCard),
    ],
    [document.cards, catalog, byCard],
  );
  const shownStops = useRef(stops);
  shownStops.current = keepSame(shownStops.current, stops);

  const destroys = cards.flatMap(({ use }) => {
    const detail = catalog.get(use.card);
    return detail?.effect === "destroy" ? [`${detail.title} (${use.id})`] : [];
  });
  const title = document.title || document.flow;

  return (
    <DesignerProvider value={context}>
      <div inert={running}>
        <Page
          wide
          title={title}
          above={<FlowPath flow={props.flow} />}
          beside={
            <>
              <Standing flow={props.flow} title={title} />
              <Badge>{designer.version(saved.version)}</Badge>
              {changed && <Badge tone="warn">{designer.changed}</Badge>}
              <span role="status">
                <Soundness
                  checking={present.ahead !== null}
                  errors={errors.length - missing.length}
                  missing={missing.length}
                  warnings={problems.length - errors.length}
                />
              </span>
            </>
          }
          actions={
            <div className={styles.actions}>
              <Button
                variant="default"
                aria-label={designer.undo}
                title={designer.undo}
                disabled={!state.past.length}
                onClick={() => dispatch({ type: "undo" })}
                px={9}
              >
                <Undo />
              </Button>
              <Button
                variant="default"
                aria-label={designer.redo}
                title={designer.redo}
                disabled={!state.future.length}
                onClick={() => dispatch({ type: "redo" })}
                px={9}
              >
                <Redo />
              </Button>
              <div className={styles.panelButtons}>
                {PANELS.map((each) => (
                  <button
                    key={each}
                    type="button"
                    aria-pressed={panel === each}
                    onClick={() => setPanel(panel === each ? null : each)}
                  >
                    {designer[each]}
                  </button>
                ))}
              </div>
              <Button
                variant="default"
                loading={saving}
                disabled={!changed}
                onClick={() => void save()}
              >
                {designer.save}
              </Button>
              <Button
                leftSection={<Play size={13} />}
                onClick={() => (isOff ? setSayingOff(true) : setRunning(true))}
                disabled={!cards.length}
              >
                {designer.run}
              </Button>
            </div>
          }
        >
          <span role="status" className={styles.hidden}>
            {saying}
          </span>
          {isAway(failure) ? (
            <div className={styles.notice} role="alert">
              <Warning size={14} /> <b>{designer.away}</b> {designer.awayHelp}
            </div>
          ) : (
            failure !== null && <ProblemView error={failure} />
          )}
          <Conflict
            keeping={keeping}
            changed={changed}
            onCompare={(version) => {
              setPanel("versions");
              setCompared(version);
            }}
          />
          {restored && changed && (
            <div className={styles.notice}>
              {designer.backup}
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => {
                  dispatch({ type: "yaml", text: props.text, at: Date.now() });
                  dispatch({ type: "rebase", version: props.version, text: props.text });
                  dropBackup();
                  setRestored(false);
                }}
              >
                {designer.backupDiscard}
              </Button>
            </div>
          )}
          {state.unreadable && (
            <div className={styles.notice} role="alert">
              <Warning size={14} /> {designer.unreadable} {designer.unreadableHint}
            </div>
          )}
          <Overview stops={shownStops.current} onJump={focusCard} />
          <div className={styles.work} data-panel={panel ?? undefined}>
            <div className={styles.scroller} inert={state.unreadable} {...overStrip}>
              <ol className={styles.strip} aria-label={designer.strip}>
                <li className={styles.item}>
                  <StartCard
                    title={document.title}
                    description={document.description}
                    start={document.start}
                    flow={document.flow}
                    problems={byCard.get("start") ?? NONE}
                    used={used.get("start") ?? NOTHING}
                  />
                  <AddButton path={FIRST} title={designer.card.addAfter(designer.start.title)} />
                </li>
                <CardItems
                  uses={document.cards ?? NO_CARDS}
                  within={TOP}
                  catalog={catalog}
                  unknown={unknown}
                  problems={byCard}
                  used={used}
                  onCopy={copy}
                  many={cards.length > MANY}
                />
                {!cards.length && (
                  <li className={styles.invitation}>
                    <h3>{designer.palette.title}</h3>
                    <Palette onChoose={(id) => void addFirst(id)} />
                  </li>
                )}
              </ol>
            </div>
            {panel && (
              <aside className={styles.panel} aria-label={designer[panel]}>
                <button
                  type="button"
                  className={styles.close}
                  aria-label={designer.closePanel}
                  onClick={() => setPanel(null)}
                >
                  <Cross size={13} />
                </button>
                {panel === "needs" && <NeedsPanel text={soundText.current} />}
                {panel === "yaml" && (
                  <YamlPanel
                    text={present.text}
                    behind={present.ahead === "strip"}
                    problems={problems}
                    onChange={(text) => dispatch({ type: "yaml", text, at: Date.now() })}
                  />
                )}
                {panel === "versions" && (
                  <VersionsPanel
                    flow={props.flow}
                    current={saved.version}
                    text={present.text}
                    shown={compared}
                    onShow={setCompared}
                    onRestore={(text) => dispatch({ type: "yaml", text, at: Date.now() })}
                  />
                )}
              </aside>
            )}
          </div>
        </Page>
      </div>
      <Modal
        opened={adding !== null}
        onClose={stopAdding}
        returnFocus={false}
        title={designer.palette.title}
        size="auto"
        padding="xs"
        yOffset="12vh"
      >
        {adding && (
          <Palette
            onChoose={(id) => void add(id)}
            onPaste={() => {
              setAdding(null);
              void pasteAt(adding);
            }}
          />
        )}
      </Modal>
      <Modal
        opened={jumping}
        onClose={() => setJumping(false)}
        returnFocus={false}
        title={designer.jump}
        size="auto"
        padding="xs"
        yOffset="12vh"
      >
        {jumping && (
          <Chooser
            label={designer.jump}
            hint={designer.jumpHint}
            none={designer.palette.none}
            groups={[
              {
                title: title,
                options: cards.map(({ use }) => ({
                  key: use.id,
                  label: `${catalog.get(use.card)?.title ?? use.card} · ${use.id}`,
                  detail: use.note ?? undefined,
                  tone: catalog.get(use.card)?.effect,
                })),
              },
            ]}
            onChoose={(id) => {
              setJumping(false);
              focusCard(id);
            }}
          />
        )}
      </Modal>
      {sayingOff && (
        <OffFlow
          flow={props.flow}
          onClose={() => setSayingOff(false)}
          onOn={() => {
            setSayingOff(false);
            setRunning(true);
          }}
        />
      )}
      {running && (
        <RunForm
          document={document}
          destroys={destroys}
          changed={changed}
          onSave={async () => (changed ? await save() : saved.version)}
          onClose={() => setRunning(false)}
        />
      )}
      <NewConnection
        opened={connecting !== null}
        onClose={() => {
          const id = connecting;
          setConnecting(null);
          if (id) focusCard(id);
        }}
        onDone={connected}
        forCard={newConnectionFor ? catalog.get(newConnectionFor.use.card)?.title : undefined}
        flow={{ text: present.text }}
      />
    </DesignerProvider>
  );

  async function addFirst(cardId: string) {
    const detail = await queryClient.ensureQueryData(cardQuery(cardId));
    const use = newUse(detail, now(), FIRST, connections);
    edit((was) => insertCards(was, FIRST, [use]).document);
    focusCard(use.id);
  }
}

const NO_CONNECTIONS: Connection[] = [];
const NO_CARDS: CardUse[] = [];
const TOP: CardPath = [];
const FIRST: CardPath = [0];

function Soundness(props: {
  checking: boolean;
  errors: number;
  missing: number;
  warnings: number;
}) {
  const { checking, errors, missing, warnings } = props;
  if (errors)
    return (
      <Badge tone="bad" icon={<Cross size={12} />}>
        {designer.problems(errors)}
      </Badge>
    );
  if (missing)
    return (
      <Badge tone="warn" icon={<Warning size={12} />}>
        {designer.toFill(missing)}
      </Badge>
    );
  if (checking) return <Badge>{designer.checking}</Badge>;
  if (warnings)
    return (
      <Badge tone="warn" icon={<Warning size={12} />}>
        {designer.warnings(warnings)}
      </Badge>
    );
  return (
    <Badge tone="ok" icon={<Check size={12} />}>
      {designer.noProblems}
    </Badge>
  );
}

/** The card that is added: with the connection that earlier cards use, or the only one there is. */
function newUse(
  detail: CardDetail,
  document: FlowDocument,
  path: CardPath,
  connections: readonly Connection[],
): CardUse {
  const use: CardUse = { id: idFor(detail.id), card: detail.id };
  if (detail.needs_connection) {
    const before = earlierCards(document, path).findLast((each) => each.connection);
    const verified = connections.filter((each) => each.status === "verified");
    const connection =
      before?.connection ?? (verified.length === 1 ? verified[0]?.nickname : undefined);
    if (connection) use.connection = connection;
  }
  return use;
}

/** The cards that a text from the clipboard says. */
async function cardsOf(text: string): Promise<CardUse[]> {
  if (!text.trim()) return [];
  const body = /^flow:/m.test(text)
    ? text
    : `flow: pasted\n${/^cards:/m.test(text) ? "" : "cards:\n"}${text}`;
  try {
    const drafted = await answer(
      api.POST("/api/v1/flows/draft", { body: { text: body, document: null } }),
    );
    return (drafted.document as unknown as FlowDocument | null)?.cards ?? [];
  } catch {
    return [];
  }
}

/** The details of the cards that the flow uses, and which of them there are not. */
function useCatalog(ids: readonly string[]) {
  const distinct = useMemo(() => [...new Set(ids)].sort(), [ids]);
  const found = useQueries({ queries: distinct.map((id) => ({ ...cardQuery(id), retry: false })) });
  const loaded = found.map((each) => `${each.status}`).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `loaded` says when one has come
  return useMemo(() => {
    const catalog = new Map<string, CardDetail>();
    const unknown = new Set<string>();
    distinct.forEach((id, index) => {
      const each = found[index];
      if (each?.data) catalog.set(id, each.data);
      else if (each?.isError) unknown.add(id);
    });
    return { catalog, unknown };
  }, [distinct.join(" "), loaded]);
}

/** Cards as the overview shows them. */
function stopsOf(
  uses: readonly CardUse[],
  within: CardPath,
  catalog: Catalog,
  problems: ReadonlyMap<string, readonly Found[]>,
): Stop[] {
  return uses.map((use, index) => {
    const path = [...within, index];
    const card = catalog.get(use.card);
    const own = problems.get(pointerOf(path)) ?? NONE;
    const wrong = own.filter((each) => each.severity === "error").length;
    return {
      id: use.id,
      title: card?.title ?? use.card,
      tone: wrong ? "bad" : own.length ? "warn" : undefined,
      said: wrong
        ? designer.problems(wrong)
        : own.length
          ? designer.warnings(own.length)
          : undefined,
      blocks: blocksOf(use, card).map((block) => ({
        title: block.title,
        stops: stopsOf(use.blocks?.[block.name] ?? [], [...path, block.name], catalog, problems),
      })),
    };
  });
}

/** Problems by the pointer of their card; those of no card under "start". What is the same stays
 * the same object. */
function useProblems(problems: readonly Found[], cards: readonly { path: CardPath }[]) {
  const before = useRef<Record<string, readonly Found[]>>({});
  return useMemo(() => {
    const pointers = cards.map(({ path }) => pointerOf(path)).sort((a, b) => b.length - a.length);
    const found: Record<string, Found[]> = {};
    for (const each of problems) {
      if (each.code === "no_cards") continue;
      const card = pointers.find(
        (one) => each.pointer === one || each.pointer.startsWith(`${one}/`),
      );
      const key = card ?? "start";
      found[key] = [...(found[key] ?? []), each];
    }
    before.current = keepSame(before.current, found);
    return new Map(Object.entries(before.current));
  }, [problems, cards]);
}

/** Which outputs of which card are used. */
function useUsed(document: FlowDocument) {
  const before = useRef<Record<string, string[]>>({});
  const sets = useRef(new Map<readonly string[], ReadonlySet<string>>());
  return useMemo(() => {
    const found: Record<string, string[]> = {};
    for (const { root, path } of references(document.cards ?? [])) {
      const name = String(path[0] ?? "");
      const names = found[root] ?? [];
      if (!names.includes(name)) found[root] = [...names, name];
    }
    before.current = keepSame(before.current, found);
    return new Map(
      Object.entries(before.current).map(([root, names]) => {
        const known = sets.current.get(names) ?? new Set(names);
        sets.current.set(names, known);
        return [root, known] as const;
      }),
    );
  }, [document.cards]);
}

interface Shortcuts {
  save: () => void;
  undo: () => void;
  redo: () => void;
  jump: () => void;
}

function useShortcuts(shortcuts: Shortcuts) {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "s") latest.current.save();
      else if (key === "k") latest.current.jump();
      else if (key === "z" && event.shiftKey) latest.current.redo();
      else if (key === "z") latest.current.undo();
      else if (key === "y") latest.current.redo();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
