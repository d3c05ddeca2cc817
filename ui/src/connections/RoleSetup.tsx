import { MultiSelect, Tabs } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { cardList, flowList } from "../api/queries";
import { CodeBlock, Loading, ProblemView } from "../parts";
import { connections } from "../texts";
import styles from "./connections.module.css";
import { type Form, permissionPolicy, trustPolicy, type Wanted } from "./queries";

const texts = connections.setup;
const FORMS: Form[] = ["json", "cloudformation", "terraform", "cli"];

interface RoleSetupProps {
  /** Of the connection. */
  id: string;
  /** The flow that is being made, which the role has to be good for. */
  flowText?: string;
  /** Whether to ask which cards and flows the role is for. */
  choose?: boolean;
}

/** What the owner of the role has to put in place: trust and permissions, in four forms. */
export function RoleSetup({ id, flowText, choose = true }: RoleSetupProps) {
  const [chosen, setChosen] = useState<string[]>([]);
  const wanted = wantedOf(chosen, flowText);
  return (
    <div className={styles.setup}>
      {choose && !flowText && <Choice chosen={chosen} onChange={setChosen} />}
      <FormTabs>
        {(form) => (
          <>
            <Trust id={id} form={form} wanted={wanted} />
            {(form === "json" || flowText) && <Permissions form={form} wanted={wanted} />}
          </>
        )}
      </FormTabs>
    </div>
  );
}

/** One and the same thing in four forms. */
export function FormTabs({ children }: { children: (form: Form) => ReactNode }) {
  const [form, setForm] = useState<Form>("json");
  return (
    <Tabs value={form} onChange={(value) => setForm(value as Form)} keepMounted={false}>
      <Tabs.List aria-label={texts.formsLabel}>
        {FORMS.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {texts.forms[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {FORMS.map((each) => (
        <Tabs.Panel key={each} value={each} className={styles.panel}>
          {children(each)}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Trust({ id, form, wanted }: { id: string; form: Form; wanted: Wanted }) {
  const { data, error, refetch } = useQuery({
    ...trustPolicy(id, form, wanted),
    placeholderData: keepPreviousData,
  });
  return (
    <div>
      <h3 className={styles.label}>{texts.trustPolicy}</h3>
      <p className={styles.help}>{texts.trustHelp[form]}</p>
      {error && <ProblemView error={error} onRetry={refetch} />}
      {data ? (
        <CodeBlock
          code={data.trimEnd()}
          label={texts.trustPolicy}
          language={form === "json" ? "json" : "plain"}
        />
      ) : (
        !error && <Loading lines={5} />
      )}
    </div>
  );
}

function Permissions({ form, wanted }: { form: Form; wanted: Wanted }) {
  const { data, error, isLoading } = useQuery(permissionPolicy(form, wanted));
  if (!wanted.text && !wanted.cards.length && !wanted.flows.length) return null;
  return (
    <div>
      <h3 className={styles.label}>{texts.permissions}</h3>
      <p className={styles.help}>{wanted.text ? texts.permissionsOfFlow : texts.permissionsHelp}</p>
      {isLoading && <Loading lines={5} />}
      {error && (wanted.text ? <p>{texts.notKnown}</p> : <ProblemView error={error} />)}
      {data && <PolicyText text={data.text} notices={data.notices} form={form} />}
    </div>
  );
}

/** Permission policies as text, and what there is to say about them. */
export function PolicyText(props: { text: string; notices: string[]; form: Form }) {
  return (
    <>
      <CodeBlock
        code={props.text.trimEnd()}
        label={texts.permissions}
        language={props.form === "json" ? "json" : "plain"}
      />
      {props.notices.map((notice) => (
        <p key={notice} className={styles.help}>
          {notice}
        </p>
      ))}
    </>
  );
}

function Choice({ chosen, onChange }: { chosen: string[]; onChange: (chosen: string[]) => void }) {
  const flows = useQuery(flowList).data ?? [];
  const cards = (useQuery(cardList).data ?? []).filter((card) => card.connector);
  return (
    <MultiSelect
      label={texts.choose}
      description={texts.chooseHelp}
      placeholder={chosen.length ? undefined : texts.choosePlaceholder}
      searchable
      clearable
      clearButtonProps={{ "aria-label": `Clear ${texts.choose}` }}
      maxDropdownHeight={280}
      value={chosen}
      onChange={onChange}
      data={[
        {
          group: texts.groupFlows,
          items: flows.map((flow) => ({
            value: `flow ${flow.flow}`,
            label: flow.title ?? flow.flow,
          })),
        },
        {
          group: texts.groupCards,
          items: cards.map((card) => ({ value: `card ${card.id}`, label: card.title })),
        },
      ].filter(({ items }) => items.length)}
    />
  );
}

function wantedOf(chosen: string[], text?: string): Wanted {
  const named = (kind: string) =>
    chosen.filter((each) => each.startsWith(kind)).map((each) => each.slice(kind.length));
  return { flows: named("flow "), cards: named("card "), text };
}
