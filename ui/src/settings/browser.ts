/** The names that browsers give themselves, the more special ones first. */
const BROWSERS = [
  ["Edge", /Edg(?:e|A|iOS)?\/(\d+)/],
  ["Opera", /OPR\/(\d+)/],
  ["Samsung Internet", /SamsungBrowser\/(\d+)/],
  ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /(?:Chrome|CriOS)\/(\d+)/],
  ["Safari", /Version\/(\d+)\S* .*Safari\//],
] as const;

const SYSTEMS = [
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["ChromeOS", /CrOS/],
  ["Linux", /Linux/],
] as const;

/** A User-Agent as a person says it: "Firefox 133 on Windows"; what is no browser's, as it is. */
export function browserOf(agent: string): string {
  for (const [name, sign] of BROWSERS) {
    const version = sign.exec(agent)?.[1];
    if (!version) continue;
    const system = SYSTEMS.find(([, mark]) => mark.test(agent))?.[0];
    return `${name} ${version}${system ? ` on ${system}` : ""}`;
  }
  return agent;
}
