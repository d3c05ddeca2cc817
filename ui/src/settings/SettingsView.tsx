import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { Page } from "../parts";
import { may, session } from "../signin/session";
import { settings, shell } from "../texts";
import { AuditLog } from "./AuditLog";
import { General } from "./General";
import { Sessions } from "./Sessions";
import { Tokens } from "./Tokens";
import { Users } from "./Users";

const texts = settings.tabs;

/** Settings of this browser, the server, and those who use it. */
export default function SettingsView() {
  const [address, setAddress] = useSearchParams();
  const { data: state } = useQuery(session);
  const admin = may(state, "admin");
  const parts: [name: string, label: string, content: ReactNode, shown: boolean][] = [
    ["general", texts.general, <General key="general" />, true],
    ["users", texts.users, <Users key="users" />, admin],
    ["tokens", texts.tokens, <Tokens key="tokens" />, true],
    ["sign-in", texts.sessions, <Sessions key="sessions" />, true],
    ["audit", texts.audit, <AuditLog key="audit" />, admin],
  ];
  const shown = parts.filter(([, , , visible]) => visible);
  const wanted = address.get("tab");
  const tab = shown.some(([name]) => name === wanted) ? wanted : "general";
  return (
    <Page title={shell.settings.title}>
      <Tabs
        value={tab}
        onChange={(name) =>
          setAddress(name && name !== "general" ? { tab: name } : {}, { replace: true })
        }
        keepMounted={false}
      >
        <Tabs.List aria-label={texts.label} mb="md">
          {shown.map(([name, label]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map(([name, , content]) => (
          <Tabs.Panel key={name} value={name}>
            {content}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
