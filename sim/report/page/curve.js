"use strict";
// Makespan and cost over the number of executors.

function curvePart() {
  const { points, whyNot, assumed, varied, words } = data.curve;
  if (!points.length)
    return whyNot ? el("p", { class: "soft" }, "Not computed: " + whyNot + ".") : null;
  const priced = points.some((point) => point.cost > 0);
  const priceOf = (point) => (priced ? moneyText(point.cost) : durationText(point.coreTime));
  const given = points.find((point) => point.given);
  const list = points.map((point) => [
    el(
      point.given ? "b" : "span",
      {},
      String(point.executors) + (point.given ? " (as it is)" : ""),
    ),
    durationText(point.wall),
    given ? errorText(relativeError(given.wall, point.wall)) : "",
    priceOf(point),
    point.succeeded
      ? point.registered < point.executors && "only " + point.registered + " came"
      : el("span", { class: "bad" }, "failed"),
  ]);
  const said = words.map((text, i) => el("p", { class: i ? "soft" : "lead" }, text));
  const shown = el(
    "div",
    { class: "columns" },
    el(
      "div",
      {},
      chart("wall time", points, (point) => point.wall, durationText, data.curve.repeats),
      chart(
        priced ? "cost" : "core time paid for",
        points,
        (point) => (priced ? point.cost : point.coreTime),
        priced ? moneyText : durationText,
      ),
    ),
    el(
      "div",
      {},
      facts(
        ["executors", "wall time", "against now", priced ? "cost" : "core time", ""],
        list,
        [0, 1, 2, 3],
      ),
      varied && varied !== "executors" && el("p", { class: "soft" }, "Changed: " + varied + "."),
      assumed && el("p", { class: "soft" }, assumed + "."),
    ),
  );
  return [...said, shown];
}

// `repeats`: values of the given point with other draws of chance, drawn as a bar.
function chart(title, points, value, words, repeats = []) {
  const width = innerWidth < 600 ? 350 : 560, // letters keep their size
    height = 130,
    pad = { left: 12, right: 74, top: 24, bottom: 24 };
  const most = Math.max(...points.map(value), ...repeats, 1),
    widest = Math.max(...points.map((p) => p.executors));
  const x = (point) => pad.left + (point.executors / widest) * (width - pad.left - pad.right);
  const up = (amount) => height - pad.bottom - (amount / most) * (height - pad.top - pad.bottom);
  const y = (point) => up(value(point));
  const bars = points
    .filter((point) => point.given && repeats.length)
    .map((point) => [x(point), [...repeats, value(point)].map(up)])
    .map(([at, ys]) =>
      el("line", {
        x1: at,
        x2: at,
        y1: Math.min(...ys),
        y2: Math.max(...ys),
        stroke: ORANGE,
        "stroke-width": 3,
      }),
    );
  const line = points
    .map((point, i) => (i ? "L" : "M") + x(point).toFixed(1) + " " + y(point).toFixed(1))
    .join("");
  const label =
    title + " by executors: " + points.map((p) => p.executors + " " + words(value(p))).join(", ");
  return el(
    "svg",
    { class: "chart", viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": label },
    el("text", { x: pad.left, y: 12, class: "value" }, title),
    el("line", {
      class: "axis",
      x1: pad.left,
      x2: width,
      y1: height - pad.bottom,
      y2: height - pad.bottom,
    }),
    el("path", { d: line, fill: "none", stroke: BLUE, "stroke-width": 2 }),
    ...bars,
    ...points.map((point) =>
      el("circle", {
        cx: x(point),
        cy: y(point),
        r: point.given ? 5.5 : 3.5,
        fill: point.succeeded ? (point.given ? ORANGE : BLUE) : VERMILLION,
      }),
    ),
    ...labelled(points, x).flatMap((point) => [
      el("text", { x: x(point), y: height - 8, "text-anchor": "middle" }, point.executors),
      el("text", { x: x(point) + 5, y: y(point) - 7, class: "value" }, words(value(point))),
    ]),
  );
}

// Those with room for their numbers, the given one first.
function labelled(points, x) {
  const out = points.filter((point) => point.given);
  for (const point of points)
    if (out.every((other) => Math.abs(x(other) - x(point)) >= 70)) out.push(point);
  return out;
}
