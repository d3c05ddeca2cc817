import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeDrawing } from "./drawing";

type Idle = (deadline: { timeRemaining: () => number }) => void;
let idle: Idle[] = [];
let near: (element: Element) => void = () => {};

beforeEach(() => {
  idle = [];
  const requestIdleCallback = (act: Idle) => idle.push(act);
  vi.stubGlobal("window", { requestIdleCallback });
  vi.stubGlobal("requestIdleCallback", requestIdleCallback);
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(came: (entries: { target: Element; isIntersecting: boolean }[]) => void) {
        near = (target) => came([{ target, isIntersecting: true }]);
      }
      observe() {}
      unobserve() {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

const element = () => ({ closest: () => null }) as unknown as Element;
const rest = (left: number) => {
  for (const act of idle.splice(0)) act({ timeRemaining: () => left });
};

/** Three cards that wait, each as the strip lets it: until it is drawn. */
function waiting() {
  const drawing = makeDrawing();
  const order: string[] = [];
  const elements = ["a", "b", "c"].map((id) => {
    const own = element();
    const stop = drawing.wait(own, id);
    drawing.subscribe(() => {
      if (!drawing.isDrawn(id) || order.includes(id)) return;
      order.push(id);
      stop();
    });
    return own;
  });
  return { drawing, order, elements };
}

test("the others come one by one, in order, when there is nothing else to do", () => {
  const { order } = waiting();
  expect(order).toEqual([]);
  rest(50);
  expect(order).toEqual(["a"]);
  rest(2);
  expect(order).toEqual(["a"]);
  rest(50);
  rest(50);
  rest(50);
  expect(order).toEqual(["a", "b", "c"]);
  expect(idle).toEqual([]);
});

test("what comes near does not wait for its turn, nor what is gone to", () => {
  const { drawing, order, elements } = waiting();
  near(elements[1] as Element);
  drawing.draw("c");
  expect(order).toEqual(["b", "c"]);
  rest(50);
  expect(order).toEqual(["b", "c", "a"]);
});
