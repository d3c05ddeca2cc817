import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import type { Connection } from "../api/client";
import { connectionList } from "../api/queries";
import { FlowPath, OffFlow, Standing, useIsOff } from "../flows/Standing";
import { Badge, Page } from "../parts";
import { designer } from "../texts";
import { Actions } from "./Actions";
import { AddCard } from "./AddCard";
import { CardConnection } from "./CardConnection";
import { type DesignerContext, DesignerProvider, type Kept } from "./context";
import styles from "./Designer.module.css";
import { cardAt, everyCard, type FlowDocument, type Placed } from "./document";
import { makeDrawing } from "./drawing";
import { makeFolds } from "./folds";
import { JumpTo } from "./JumpTo";
import { Notices } from "./Notices";
import { Overview } from "./Overview";
import { Panel, type PanelName } from "./Panel";
import { RunForm } from "./RunForm";
import { Soundness } from "./Soundness";
import { StripPane } from "./StripPane";
import type { Catalog } from "./scope";
import { useAdding } from "./useAdding";
import { useCatalog } from "./useCatalog";
import { useClipboard } from "./useClipboard";
import { useDraft } from "./useDraft";
import { useFocusCard } from "./useFocusCard";
import { useKeeping } from "./useKeeping";
import { useProblems } from "./useProblems";
import { useRestored } from "./useRestored";
import { useShortcuts } from "./useShortcuts";
import { useStops } from "./useStops";
import { useUsed } from "./useUsed";

interface DesignerProps {
  flow: string;
  version: number;
  text: string;
  document: FlowDocument;
}

const NO_CONNECTIONS: Connection[] = [];
const WIDE = 1200;

/** A flow, edited: the strip of cards, and beside it what it needs, its text or its versions. */
export function Designer(props: DesignerProps) {
  const draft = useDraft(props);
  const { state, dispatch, now, edit, settled, changed } = draft;
  const { present, problems, saved } = state;
  const { document } = present;
  const navigate = useNavigate();
  const [panel, setPanel] = useState<PanelName | null>(() =>
    window.innerWidth >= WIDE ? "needs" : null,
  );
  const [compared, setCompared] = useState<number | null>(null);
  const [jumping, setJumping] = useState(false);
  const [running, setRunning] = useState(false);
  const [sayingOff, setSayingOff] = useState(false);
  const isOff = useIsOff(props.flow);
  const [connecting, setConnecting] = useState<string | null>(null);
  const [saying, setSaying] = useState("");
  const kept = useRef(new Map<string, Kept>());
  const [folds] = useState(makeFolds);
  const [drawing] = useState(makeDrawing);

  const cards = useMemo(() => everyCard(document.cards), [document.cards]);
  const { catalog, unknown } = useCatalog(cards.map(({ use }) => use.card));
  const { data: connections = NO_CONNECTIONS } = useQuery(connectionList);
  const byCard = useProblems(problems, cards);
  const used = useUsed(document);
  const stops = useStops(document, catalog, byCard);
  const soundText = useRef<string | null>(null);
  if (present.ahead === null && !problems.some((each) => each.severity === "error"))
    soundText.current = present.text;

  const focusCard = useFocusCard(folds, drawing, now);
  const adding = useAdding({ now, edit, focusCard, connections });
  const { addAt } = adding;
  const { copy, pasteAt } = useClipboard({ edit, focusCard, announce: setSaying });
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
      drawing,
    }),
    [now, edit, settled, catalog, connections, addAt, pasteAt, focusCard, folds, drawing],
  );

  const { restored, settle, discard } = useRestored(props, draft);
  const keeping = useKeeping(props.flow, draft, (made) => {
    settle();
    setSaying(designer.saved(made.version));
    if (made.flow !== props.flow) navigate(`/flows/${made.flow}`);
  });
  useShortcuts({
    save: () => void keeping.save(),
    undo: () => dispatch({ type: "undo" }),
    redo: () => dispatch({ type: "redo" }),
    jump: () => setJumping(true),
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
                <Soundness problems={problems} checking={present.ahead !== null} />
              </span>
            </>
          }
          actions={
            <Actions
              draft={draft}
              keeping={keeping}
              panel={panel}
              onPanel={setPanel}
              onRun={
                cards.length ? () => (isOff ? setSayingOff(true) : setRunning(true)) : undefined
              }
            />
          }
        >
          <Notices
            saying={saying}
            keeping={keeping}
            changed={changed}
            onCompare={(version) => {
              setPanel("versions");
              setCompared(version);
            }}
            restored={restored}
            onDiscard={discard}
            unreadable={state.unreadable}
          />
          <Overview stops={stops} onJump={focusCard} />
          <div className={styles.work} data-panel={panel ?? undefined}>
            <StripPane
              document={document}
              catalog={catalog}
              unknown={unknown}
              problems={byCard}
              used={used}
              count={cards.length}
              inert={state.unreadable}
              onCopy={copy}
              onAdd={adding.add}
            />
            {panel && (
              <Panel
                name={panel}
                flow={props.flow}
                draft={draft}
                sound={soundText.current}
                compared={compared}
                onCompare={setCompared}
                onClose={() => setPanel(null)}
              />
            )}
          </div>
        </Page>
      </div>
      <AddCard adding={adding} />
      <JumpTo opened={jumping} title={title} cards={cards} onClose={() => setJumping(false)} />
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
          destroys={destroysOf(cards, catalog)}
          changed={changed}
          onSave={async () => (changed ? await keeping.save() : saved.version)}
          onClose={() => setRunning(false)}
        />
      )}
      <CardConnection
        cardId={connecting}
        cards={cards}
        text={present.text}
        onClose={() => setConnecting(null)}
      />
    </DesignerProvider>
  );
}

/** The cards that destroy, as a run by hand names them. */
function destroysOf(cards: readonly Placed[], catalog: Catalog): string[] {
  return cards.flatMap(({ use }) => {
    const detail = catalog.get(use.card);
    return detail?.effect === "destroy" ? [`${detail.title} (${use.id})`] : [];
  });
}
