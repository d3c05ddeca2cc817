import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { shell } from "./texts";

interface View {
  /** React Router's path, without the leading slash. */
  path: string;
  component: LazyExoticComponent<ComponentType>;
}

/**
 * Every view of the pages. To add one: a line here, `lazy` so that the shell stays small; its
 * component is the default export of its file and renders a `Page`.
 */
export const views: View[] = [
  { path: "", component: lazy(() => import("./home/HomeView")) },
  { path: "flows", component: lazy(() => import("./flows/FlowsView")) },
  { path: "flows/:name", component: lazy(() => import("./designer/DesignerView")) },
  { path: "runs", component: lazy(() => import("./runs/RunsView")) },
  { path: "runs/:id", component: lazy(() => import("./runs/RunView")) },
  { path: "connections", component: lazy(() => import("./connections/ConnectionsView")) },
  { path: "connections/:reference", component: lazy(() => import("./connections/ConnectionView")) },
  { path: "cards", component: lazy(() => import("./cards/CardsView")) },
  { path: "cards/:id", component: lazy(() => import("./cards/CardView")) },
  { path: "settings", component: lazy(() => import("./settings/SettingsView")) },
];

/** What the navigation lists, in this order. */
export const navigation = [
  { to: "/", label: shell.views.home, end: true },
  { to: "/flows", label: shell.views.flows, end: false },
  { to: "/runs", label: shell.views.runs, end: false },
  { to: "/connections", label: shell.views.connections, end: false },
  { to: "/cards", label: shell.views.cards, end: false },
  { to: "/settings", label: shell.views.settings, end: false },
];
