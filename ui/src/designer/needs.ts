import type { Schema as Model } from "../api/client";

export interface Need {
  resource: string;
  actions: string[];
  optional: string[];
}

/** A card's permissions, those on one resource together; only optional ones at the end. */
export function needsOf(permissions: readonly Model<"PermissionVerdict">[]): Need[] {
  const found = new Map<string, Need>();
  for (const each of permissions) {
    const resource = each.resource.replace(/^arn:[^:]*:s3:::/, "");
    const need = found.get(resource) ?? { resource, actions: [], optional: [] };
    const list = each.optional ? need.optional : need.actions;
    if (!list.includes(each.action)) list.push(each.action);
    found.set(resource, need);
  }
  return [...found.values()].sort(
    (one, other) => Number(!one.actions.length) - Number(!other.actions.length),
  );
}

/** Judged by a policy that allows everything, a comparison lists what each card needs. */
export const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};
