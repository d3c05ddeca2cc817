import { describe, expect, it } from "vitest";
import { partsOf } from "./hints";

describe("partsOf", () => {
  it("sets out the statement at the end of a hint", () => {
    const { before, statement } = partsOf('Use StringEquals. It must be: {"Effect": "Allow"}');
    expect(before).toBe("Use StringEquals.");
    expect(JSON.parse(statement)).toEqual({ Effect: "Allow" });
  });

  it("leaves a hint without one as it is", () => {
    expect(partsOf("Look at { this.")).toEqual({ before: "Look at { this.", statement: "" });
    expect(partsOf(null)).toEqual({ before: "", statement: "" });
  });
});
