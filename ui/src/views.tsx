import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { matchPath } from "react-router";
import { shell } from "./texts";

interface View {
  /** React Router's path, without the leading slash. */
  path: string;
  component: LazyExoticComponent<ComponentType>;
  load: () => Promise<unknown>;
}

/** The view at a path, once it is gone to; with the styles that views share. */
function view(path: string, own: () => Promise<{ default: ComponentType }>): View {
  const load = async () => {
    const [, found] = await Promise.all([import("./theme/components"), own()]);
    return found;
  };
  return { path, component: lazy(load), load };
}

/**
 * Every view of the pages. To add one: a line here, with `view`, so that the shell stays
 * small; its component is the default export of its file and renders a `Page`.
 */
export const views: View[] = [
  view("", () => import("./home/HomeView")),
  view("flows", () => import("./flows/FlowsView")),
  view("flows/:name", () => import("./designer/DesignerView")),
  view("flow-map", () => import("./flowmap/FlowMapView")),
  view("runs", () => import("./runs/RunsView")),
  view("runs/:id", () => import("./runs/RunView")),
  view("connections", () => import("./connections/ConnectionsView")),
  view("connections/:reference", () => import("./connections/ConnectionView")),
  view("cards", () => import("./cards/CardsView")),
  view("cards/:id", () => import("./cards/CardView")),
  view("settings", () => import("./settings/SettingsView")),
];

/** Begin to load the view of an address before it is drawn; what fails is said when it is. */
export function preload(address: string): void {
  const found = views.find(({ path }) => matchPath(`/${path}`, address));
  found?.load().catch(() => undefined);
}

/** What the navigation lists, in this order. */
export const navigation = [
  { to: "/", label: shell.views.home, end: true },
  { to: "/flows", label: shell.views.flows, end: false },
  { to: "/runs", label: shell.views.runs, end: false },
  { to: "/connections", label: shell.views.connections, end: false },
  { to: "/cards", label: shell.views.cards, end: false },
  { to: "/settings", label: shell.views.settings, end: false },
];
