import { Button, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { memo, useState } from "react";
import { answer, api, type Schema } from "../api/client";
import { CodeBlock, Loading, ProblemView, Prose } from "../parts";
import { Check, Cross, Dot } from "../parts/icons";
import { designer } from "../texts";
import { useDesigner } from "./context";
import { everyCard } from "./document";
import { EVERYTHING, needsOf } from "./needs";
import styles from "./Panels.module.css";
import { RoleComparison } from "./RoleComparison";

interface NeedsPanelProps {
  /** The document as text, when it is sound and in step with the strip. */
  text: string | null;
}

const texts = designer.needsPanel;
type Form = "json" | "terraform" | "cloudformation" | "cli";
const FORMS = Object.entries(texts.forms).map(([value, label]) => ({ value, label }));
const SIGNS = { allowed: Check, denied: Cross, unknown: Dot };

/** The least that the flow needs of AWS, card by card, and what its roles allow of it now. Not
 * drawn anew for each letter: what it says is of the text when it was last sound. */
export const NeedsPanel = memo(function NeedsPanel({ text }: NeedsPanelProps) {
  const { catalog, now, focusCard } = useDesigner();
  const [form, setForm] = useState<Form>("json");
  const needed = useQuery({
    queryKey: ["policies", "draft", text, form],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/policies/for", {
          body: {
            flows: [],
            texts: [text ?? ""],
            cards: [],
            form,
            against: { documents: [{ document: EVERYTHING }], managed: [], role: false },
          },
          signal,
        }),
      ),
    enabled: text !== null,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const ahead = useMutation({
    mutationFn: (asked: string) =>
      answer(
        api.POST("/api/v1/flows/preflight", {
          body: { text: asked, inputs: {}, input_texts: {} },
        }),
      ).then((foresight) => ({ asked, foresight })),
  });
  const foresight = ahead.data?.asked === text ? ahead.data?.foresight : undefined;
  const titles = new Map(
    everyCard(now().cards).map(({ use }) => [use.id, catalog.get(use.card)?.title ?? use.card]),
  );
  const cards = (needed.data?.comparison?.cards ?? []).filter((each) => each.permissions.length);
  return (
    <div className={styles.panel}>
      <h2 className={styles.title}>{texts.title}</h2>
      <p className={styles.help}>{texts.text}</p>
      {text === null && !needed.data && <p className={styles.help}>{texts.unsound}</p>}
      {needed.isLoading && <Loading lines={3} />}
      {needed.error && <ProblemView error={needed.error} onRetry={() => needed.refetch()} />}
      {needed.data && !cards.length && <p className={styles.help}>{texts.nothing}</p>}
      {cards.length > 0 && text !== null && (
        <div className={styles.ahead}>
          <Button
            size="compact-sm"
            variant="default"
            loading={ahead.isPending}
            onClick={() => ahead.mutate(text)}
          >
            {texts.ask}
          </Button>
          <span className={styles.help}>{texts.askHelp}</span>
        </div>
      )}
      {ahead.error && <ProblemView error={ahead.error} />}
      {cards.map((each) => (
        <CardNeeds
          key={each.card}
          id={each.card}
          title={titles.get(each.card) ?? each.card}
          permissions={each.permissions}
          foresight={foresight?.cards?.find((one) => one.id === each.card)}
          onJump={focusCard}
        />
      ))}
      {foresight?.notes?.map((note) => (
        <p key={note} className={styles.help}>
          <Prose text={note} />
        </p>
      ))}
      {cards.length > 0 &&
        text !== null &&
        needed.data?.connections.map((connection, _, all) => (
          <RoleComparison
            key={connection}
            text={text}
            connection={connection}
            named={all.length > 1}
          />
        ))}
      {cards.length > 0 && needed.data && (
        <>
          <h3 className={styles.subtitle}>{texts.policyTitle}</h3>
          <SegmentedControl
            size="xs"
            fullWidth
            data={FORMS}
            value={form}
            onChange={(value) => setForm(value as Form)}
            aria-label={texts.form}
          />
          <CodeBlock
            code={needed.data.text}
            label={texts.policy}
            language={form === "json" ? "json" : "plain"}
          />
        </>
      )}
      {cards.length > 0 &&
        needed.data?.notices.map((notice) => (
          <p key={notice} className={styles.help}>
            <Prose text={notice} />
          </p>
        ))}
    </div>
  );
});

interface CardNeedsProps {
  id: string;
  title: string;
  permissions: readonly Schema<"PermissionVerdict">[];
  foresight: Schema<"CardForesight"> | undefined;
  onJump: (id: string) => void;
}

function CardNeeds({ id, title, permissions, foresight, onJump }: CardNeedsProps) {
  const Sign = foresight && SIGNS[foresight.verdict];
  return (
    <section
      className={styles.statement}
      data-verdict={foresight?.verdict}
      aria-label={`${title} ${id}`}
    >
      <button type="button" className={styles.jump} onClick={() => onJump(id)}>
        {Sign && <Sign size={13} />} <b>{title}</b> <span className={styles.resource}>{id}</span>
        {foresight && <span className={styles.verdict}>{texts.verdicts[foresight.verdict]}</span>}
      </button>
      {needsOf(permissions).map((need) => (
        <div key={need.resource}>
          {need.actions.map((action) => (
            <code key={action}>{action} </code>
          ))}
          {need.optional.map((action) => (
            <code key={action} className={styles.optional} title={texts.optional}>
              {action}{" "}
            </code>
          ))}
          <div className={styles.resource}>{need.resource}</div>
        </div>
      ))}
      {foresight && foresight.verdict !== "allowed" && (
        <p className={styles.reason}>
          <Prose text={foresight.reason} />
        </p>
      )}
    </section>
  );
}
