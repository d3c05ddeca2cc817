import { describe, expect, it } from "vitest";
import { browserOf } from "./browser";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

describe("a browser", () => {
  it.each([
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36`,
      "Chrome 131 on Linux",
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
      "Edge 131 on Windows",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0",
      "Firefox 133 on macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
      "Safari 18 on iPhone",
    ],
    [
      `Mozilla/5.0 (Linux; Android 14) ${WEBKIT} Chrome/131.0.0.0 Mobile Safari/537.36`,
      "Chrome 131 on Android",
    ],
  ])("is named by what it says of itself", (agent, name) => {
    expect(browserOf(agent)).toBe(name);
  });

  it("that is none keeps its own words", () => {
    expect(browserOf("python-httpx/0.28.1")).toBe("python-httpx/0.28.1");
    expect(browserOf("")).toBe("");
  });
});
