import { describe, expect, it } from "vitest";
import { ApiProblem, problemFrom, problemOf } from "./problem";

describe("ApiProblem.at", () => {
  const problem = new ApiProblem({
    status: 422,
    code: "invalid_input",
    detail: "Not so.",
    problems: [
      { pointer: "/nickname", code: "too_long", message: "It is too long.", hint: "Shorten it." },
      { pointer: "", code: "missing", message: "It is missing.", where: { field: "region" } },
    ],
  });

  it("finds what belongs to a field, by its pointer or its name", () => {
    expect(problem.at("nickname")).toBe("It is too long. Shorten it.");
    expect(problem.at("region")).toBe("It is missing.");
    expect(problem.at("role_arn")).toBeUndefined();
  });

  it("takes a problem that is about one field for that field's", () => {
    const one = new ApiProblem({
      status: 409,
      code: "nickname_taken",
      detail: "Taken.",
      where: { field: "nickname" },
    });
    expect(one.at("nickname")).toBe("Taken.");
  });
});

describe("problemOf", () => {
  it("says of a lost connection that the server does not answer", () => {
    expect(problemOf(new TypeError("Failed to fetch")).code).toBe("unreachable");
  });
});

describe("problemFrom", () => {
  it("says something even where the answer does not", () => {
    expect(problemFrom(502, "<html>").problem).toMatchObject({ status: 502, retryable: true });
  });
});
