import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { shell } from "./texts";

interface View {
  /** React Router's path, without the leading slash. */
  path: string;
  component: LazyExoticComponent<ComponentType>;
}

/** The view, once it is gone to; with the styles that views share. */
function view(load: () => Promise<{ default: ComponentType }>) {
  return lazy(async () => {
    const [, found] = await Promise.all([import("./theme/components"), load()]);
    return found;
  });
}

/**
 * Every view of the pages. To add one: a line here, with `view`, so that the shell stays
 * small; its component is the default export of its file and renders a `Page`.
 */
export const views: View[] = [
  { path: "", component: view(() => import("./home/HomeView")) },
  { path: "flows", component: view(() => import("./flows/FlowsView")) },
  { path: "flows/:name", component: view(() => import("./designer/DesignerView")) },
  { path: "flow-map", component: view(() => import("./flowmap/FlowMapView")) },
  { path: "runs", component: view(() => import("./runs/RunsView")) },
  { path: "runs/:id", component: view(() => import("./runs/RunView")) },
  { path: "connections", component: view(() => import("./connections/ConnectionsView")) },
  { path: "connections/:reference", component: view(() => import("./connections/ConnectionView")) },
  { path: "cards", component: view(() => import("./cards/CardsView")) },
  { path: "cards/:id", component: view(() => import("./cards/CardView")) },
  { path: "settings", component: view(() => import("./settings/SettingsView")) },
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
