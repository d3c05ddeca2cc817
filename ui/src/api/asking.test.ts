import { afterEach, describe, expect, it } from "vitest";
import { asked, whenSignedOut } from "./asking";

const answers = (...statuses: number[]) => {
  const left = [...statuses];
  return async () => new Response(null, { status: left.shift() ?? 500 });
};

afterEach(() => whenSignedOut(async () => false));

describe("asked", () => {
  it("asks again once somebody has signed in", async () => {
    whenSignedOut(async () => true);
    expect((await asked("/api/v1/flows", answers(401, 201))).status).toBe(201);
  });

  it("gives the refusal if it is somebody else, and for the sign-in itself", async () => {
    expect((await asked("/api/v1/flows", answers(401, 201))).status).toBe(401);
    whenSignedOut(async () => true);
    expect((await asked("/api/v1/session", answers(401, 201))).status).toBe(401);
  });

  it("does not ask for ever", async () => {
    whenSignedOut(async () => true);
    expect((await asked("/api/v1/flows", answers(401, 401, 401, 201))).status).toBe(401);
  });

  it("asks nobody to sign in for what is merely forbidden", async () => {
    let told = 0;
    whenSignedOut(async () => {
      told += 1;
      return true;
    });
    expect((await asked("/api/v1/flows", answers(403, 201))).status).toBe(403);
    expect(told).toBe(0);
  });
});
