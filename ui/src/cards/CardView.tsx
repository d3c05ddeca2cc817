import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { answer, api, type CardDetail } from "../api/client";
import { card as cardQuery, keys } from "../api/queries";
import { CodeBlock, Facts, Loading, Page, ProblemView, Prose, Sheet } from "../parts";
import { ArrowLeft } from "../parts/icons";
import { cards } from "../texts";
import styles from "./CardView.module.css";
import { Effect } from "./Effect";
import { FieldTable } from "./FieldTable";
import { type CardSchema, fieldsOf } from "./fields";
import { cardAsYaml } from "./yaml";

const texts = cards.card;

/** A card's page: all that its declaration says. */
export default function CardView() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(cardQuery(id));
  const back = (
    <Link to="/cards">
      <ArrowLeft size={13} /> {texts.back}
    </Link>
  );
  return (
    <Page
      title={data?.title ?? (error ? cards.title : id)}
      above={back}
      beside={data && <Effect effect={data.effect} />}
    >
      {!!error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading lines={8} />}
      {data && <Shown card={data} />}
    </Page>
  );
}

function Shown({ card }: { card: CardDetail }) {
  return (
    <>
      <div className={styles.lead}>
        <p>
          <Prose text={card.summary} />
        </p>
        {paragraphs(card.help).map((each) => (
          <p key={each}>
            <Prose text={each} />
          </p>
        ))}
      </div>
      <div className={styles.columns}>
        <div>
          <Sheet title={texts.inputs} help={texts.inputsHelp}>
            <FieldTable fields={fieldsOf(card.inputs as CardSchema)} />
          </Sheet>
          <Sheet title={texts.outputs} help={texts.outputsHelp(shortId(card.id))}>
            <FieldTable fields={fieldsOf(card.outputs as CardSchema)} outputs />
          </Sheet>
        </div>
        <div>
          <Sheet>
            <Facts
              facts={[
                [texts.id, <code key="id">{card.id}</code>],
                [texts.effect, cards.effectHelp[card.effect] ?? card.effect],
                [
                  texts.connection,
                  card.needs_connection ? texts.needsConnection : texts.noConnection,
                ],
                ...(card.operations.length
                  ? ([[texts.operations, card.operations.join(", ")]] as [string, string][])
                  : []),
              ]}
            />
          </Sheet>
          <Examples card={card} />
          <Permissions card={card} />
        </div>
      </div>
    </>
  );
}

function Examples({ card }: { card: CardDetail }) {
  if (!card.examples.length) return null;
  return (
    <Sheet title={texts.examples}>
      {card.examples.map((example) => (
        <div key={example.title} className={styles.example}>
          <h3>{example.title}</h3>
          <CodeBlock
            code={cardAsYaml(
              card.id,
              example.inputs,
              card.needs_connection ? texts.yourConnection : undefined,
            )}
            label={texts.yaml(example.title)}
          />
        </div>
      ))}
    </Sheet>
  );
}

function Permissions({ card }: { card: CardDetail }) {
  if (!card.permissions.length) {
    return (
      <Sheet title={texts.permissions}>
        <p className={styles.muted}>{texts.noPermissions}</p>
      </Sheet>
    );
  }
  return (
    <Sheet title={texts.permissions} help={texts.permissionsHelp}>
      <ul className={styles.permissions}>
        {card.permissions.map((each) => (
          <li key={`${each.action} ${each.resource}`}>
            <code>{each.action}</code>
            <span>
              <code>{each.resource}</code>
              {each.optional && ` · ${texts.optional}`}
            </span>
          </li>
        ))}
      </ul>
      <CardPolicy id={card.id} />
    </Sheet>
  );
}

function policyOf(id: string) {
  return queryOptions({
    queryKey: [...keys.cards, id, "policy"],
    queryFn: ({ signal }) =>
      answer(api.POST("/api/v1/policies/for", { body: { cards: [id], form: "json" }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The policy to give a role that is for this card only. */
function CardPolicy({ id }: { id: string }) {
  const { data } = useQuery(policyOf(id));
  const document = data?.policies[0]?.document;
  if (!document) return null;
  return (
    <details className={styles.policy}>
      <summary>{texts.policy}</summary>
      <CodeBlock
        code={JSON.stringify(document, null, 2)}
        label={texts.copyPolicy}
        language="json"
      />
    </details>
  );
}

function paragraphs(help: string): string[] {
  return help
    .split(/\n\s*\n/)
    .map((each) => each.replaceAll(/\s+/g, " ").trim())
    .filter(Boolean);
}

function shortId(card: string): string {
  return card.split(".").at(-1) ?? card;
}
