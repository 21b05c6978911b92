"use strict";
// Puts the page together; tests it, when the address ends in #selftest.

let view = null,
  input = null;

function showOnTimeline(run, from, to) {
  if (!view) return;
  view.show(from, to, run);
  document.getElementById("timeline").scrollIntoView({ block: "start" });
}

function timelinePart() {
  if (runs.every((run) => run.hosts.length === 0 && run.jobs.length === 0)) return null;
  const canvas = el("canvas", {
    tabindex: "0",
    role: "img",
    "aria-label":
      "Timeline of jobs, stages and tasks on " +
      counted(left.executorCount, "executor") +
      " over " +
      durationText(left.wall) +
      ". The tables below say the same. Keys: arrows, plus, minus, 0.",
  });
  const spacer = el("div", { class: "spacer" });
  const scroller = el("div", { class: "scroller" }, canvas, spacer);
  const tip = el("div", { class: "tip", role: "status", hidden: true });
  const legend = el("div", { class: "legend" });
  const button = (text, label, action) =>
    el("button", { type: "button", "aria-label": label, title: label, onclick: action }, text);
  const select = el(
    "select",
    { "aria-label": "colour of tasks", onchange: () => setMode(select.value) },
    ...Object.entries(colourModes)
      .filter(([name]) => name !== "split" || runs.some((run) => run.hasSplit()))
      .map(([name, mode]) => el("option", { value: name }, "colour: " + mode.title)),
  );
  view = new Timeline(canvas, scroller, spacer);
  input = new TimelineInput(view, tip);
  function setMode(name) {
    view.mode = name;
    fillLegend(legend);
    view.redraw();
  }
  view.setMode = (name) => {
    select.value = name;
    setMode(name);
  };
  fillLegend(legend);
  const tools = el(
    "div",
    { class: "tools" },
    select,
    button("\u2212", "zoom out", () => view.zoom(1 / 0.6)),
    button("+", "zoom in", () => view.zoom(0.6)),
    button("all", "show the whole run", () => view.fit()),
    button("jobs", "show from the first job to the last", () => view.fitJobs()),
    el(
      "span",
      { class: "hint mouse" },
      "drag to move, Ctrl and wheel to zoom, double click to zoom in",
    ),
    el("span", { class: "hint touch" }, "drag to move, pinch to zoom, tap for more"),
  );
  return [tools, scroller, legend, tip];
}

function fillLegend(legend) {
  const entry = ([colour, words]) => el("span", {}, swatch(colour), words);
  const fixed = [
    ["var(--driver)", "free: the driver (its row says why)"],
    ["var(--tail)", "free: " + data.causes[SKEW_TAIL].words],
    ["var(--locality)", "free: " + data.causes[LOCALITY_WAIT].words],
    ["var(--life)", "free: " + data.causes[NO_TASK].words],
  ];
  const used = fixed.filter(
    ([colour]) => colour !== "var(--locality)" || drawn.some((r) => r.slotWaits.size),
  );
  const odd = drawn.some((run) => run.oddOfSlot.size)
    ? [el("span", {}, "hatched: did not succeed"), el("span", {}, "dashed: speculative copy")]
    : [];
  legend.replaceChildren(
    ...colourModes[view.mode].legend().map(entry),
    ...used.map(entry),
    ...odd,
  );
}

function fitWidth() {
  const width = view.scroller.clientWidth;
  if (width > 0 && !view.paper) {
    view.layout(width, false);
    view.draw();
  }
}

// On paper: the whole run in one light picture.
function forPaper(on) {
  for (const details of document.querySelectorAll("details"))
    if (on && !details.open && details.textContent.length < 20000)
      details.open = details.dataset.printed = true;
    else if (!on && details.dataset.printed) {
      details.open = false;
      delete details.dataset.printed;
    }
  if (!view) return;
  view.paper = on;
  view.readTheme();
  if (!on) return fitWidth();
  const kept = [view.t0, view.t1];
  [view.t0, view.t1] = [view.from, view.to];
  view.layout(1000, true);
  view.draw();
  [view.t0, view.t1] = kept;
}

function build() {
  const two = Boolean(right);
  const parts = [
    ["timeline", "Timeline", timelinePart()],
    ["failed", "Attempts that failed or were lost", failedAttempts()],
    ["time", "Where the time went", whereTimeWent()],
    ["stages", "Stages", stagesPart()],
    ["jobs", "Jobs", jobsPart()],
    ["executors", "Executors", [...executorsPart(), ...nodesPart()]],
    ["placement", "Where tasks ran", placementPart()],
    ["cost", "Cost", costPart()],
    ["sizes", "Other numbers of executors", curvePart()],
    ["applications", "Applications", othersPart()],
    ["why", "Why", whyPart()],
    ["settings", "What was run", settingsPart()],
  ]
    .map(([id, title, content]) => [id, title, section(id, title, content)])
    .filter(([, , node]) => node);
  const nav = el(
    "nav",
    { "aria-label": "parts of this page" },
    el("a", { href: "#summary" }, "Summary"),
    ...parts.map(([id, title]) => el("a", { href: "#" + id }, title)),
  );
  document
    .getElementById("page")
    .append(
      headerPart(),
      ...failureBoxes(),
      ...stateBoxes(),
      ...(data.pair ? [el("p", { class: "lead" }, data.pair)] : []),
      cardsPart(),
      ...paceBoxes(),
      ...milestonesPart().filter(Boolean),
      nav,
      ...parts.map(([, , node]) => node),
      provenancePart(),
    );
  document.body.dataset.sides = two ? "2" : "1";
  if (!view) return;
  fitWidth();
  new ResizeObserver(() => fitWidth()).observe(view.scroller);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    view.readTheme();
    view.redraw();
  });
}

addEventListener("beforeprint", () => forPaper(true));
addEventListener("afterprint", () => forPaper(false));
build();
