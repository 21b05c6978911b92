"use strict";
// The parts below the timeline: where the time went, and where all of it comes from.

function whereTimeWent() {
  const path = runs.map((run) =>
    stackedBar(
      "critical path" + (right ? ", " + run.name : ""),
      run.pathSums.map((ms, k) => [colourOf(data.kinds[k]), data.kinds[k].words, ms]),
      run.wall || 1,
    ),
  );
  const pathRows = data.kinds
    .map((kind, k) => [kind, k])
    .filter(([, k]) => runs.some((run) => run.pathSums[k] > 0))
    .map(([kind, k]) => [
      el("span", {}, swatch(colourOf(kind)), kind.words),
      ...runs.map((run) => durationText(run.pathSums[k])),
      right
        ? offText(right.pathSums[k] - left.pathSums[k])
        : shareText(left.pathSums[k] / (left.wall || 1)),
    ]);
  const coreParts = (run) => [
    [GREEN, "running tasks", run.idleBusy],
    ...run.idle.map((ms, k) => [
      colourOf(data.causes[k]),
      "idle, " + data.causes[k].words,
      ms,
    ]),
  ];
  const cores = runs.map((run) =>
    stackedBar("cores" + (right ? ", " + run.name : ""), coreParts(run), run.idleAvailable || 1),
  );
  const coreRows = coreParts(left)
    .map(([colour, words], k) => [colour, words, k])
    .filter(([, , k]) => runs.some((run) => coreParts(run)[k][2] > 0))
    .map(([colour, words, k]) => [
      el("span", {}, swatch(colour), words),
      ...runs.flatMap((run) => [
        durationText(coreParts(run)[k][2]),
        shareText(coreParts(run)[k][2] / (run.idleAvailable || 1)),
      ]),
    ]);
  const names = runs.map((run) => (right ? run.name : "time"));
  const missing = runs
    .filter((run) => run.missing > 0)
    .map((run) =>
      el(
        "p",
        { class: "soft" },
        (right ? run.name + ": " : "") +
          durationText(run.missing) +
          " of core time was missing: executors that came later, while tasks waited for them.",
      ),
    );
  return el(
    "div",
    { class: "columns" },
    el(
      "div",
      {},
      el("h3", {}, "What the wall time went to"),
      ...path,
      facts(["critical path", ...names, right ? "difference" : "of wall"], pathRows, [1, 2, 3]),
    ),
    el(
      "div",
      {},
      el("h3", {}, "What the cores did"),
      ...cores,
      facts(
        ["cores", ...names.flatMap((name) => [right ? name : "core time", "share"])],
        coreRows,
        [1, 2, 3, 4],
      ),
      ...missing,
    ),
    el(
      "div",
      {},
      el("h3", {}, "Longest waits on the critical path" + (right ? ", " + left.name : "")),
      longestWaits(),
    ),
  );
}

function longestWaits() {
  const parts = left.path
    .slice()
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, 40);
  return sortable(
    [
      {
        title: "wait",
        value: (p) => data.kinds[p.kind].words,
        cell: (p) =>
          el("span", {}, swatch(colourOf(data.kinds[p.kind])), data.kinds[p.kind].words),
      },
      { title: "at", number: true, value: (p) => p.from, cell: (p) => durationText(p.from) },
      {
        title: "took",
        number: true,
        value: (p) => p.to - p.from,
        cell: (p) => durationText(p.to - p.from),
      },
      {
        title: "where",
        name: true,
        value: (p) => p.stage,
        cell: (p) =>
          [
            p.stage >= 0
              ? "stage " + p.stage + "." + p.attempt
              : p.job >= 0
                ? "job " + p.job
                : "",
            p.note,
          ]
            .filter(Boolean)
            .join(", "),
      },
    ],
    parts,
    {
      sort: 2,
      descending: true,
      shown: 8,
      caption: "longest waits",
      go: (p) => showOnTimeline(left, p.from, p.to),
    },
  );
}

// --- where it comes from -------------------------------------------------------------------------

function whyPart() {
  return runs
    .filter((run) => run.why.length)
    .map((run) =>
      el(
        "div",
        {},
        right && el("h3", {}, run.name),
        sortable(
          [
            { title: "at", number: true, value: (r) => r[0], cell: (r) => durationText(r[0]) },
            { title: "what", value: (r) => r[1] },
            { title: "why", name: true, value: (r) => r[2] },
          ],
          run.why,
          { shown: 10, caption: "why the simulation did what it did" },
        ),
        run.reasonCount > run.why.length &&
          el(
            "p",
            { class: "soft" },
            countText(run.reasonCount - run.why.length) + " more: muster run --explain --all",
          ),
      ),
    );
}

function healthPart() {
  const rest = data.health.filter(
    (note) => note.severity === "info" || note.severity === "missing",
  );
  if (!rest.length) return null;
  return el(
    "details",
    {},
    el("summary", {}, "Worth knowing about the log (" + rest.length + ")"),
    noteList(rest),
  );
}

function settingsPart() {
  const conf = runs.map((run) =>
    run.conf.length
      ? el(
          "details",
          {},
          el(
            "summary",
            {},
            "Spark settings" + (right ? ", " + run.name : "") + " (" + run.conf.length + ")",
          ),
          sortable(
            [
              { title: "key", value: (c) => c[0] },
              { title: "value", name: true, value: (c) => c[1] },
            ],
            run.conf,
            { sort: 0, shown: 400, caption: "Spark settings" },
          ),
        )
      : null,
  );
  const text = data.scenarioText
    ? el(
        "details",
        {},
        el("summary", {}, "Scenario"),
        el(
          "p",
          { class: "soft" },
          "To ask what if: save this text as a file, change it, and give it to muster run.",
        ),
        el("pre", {}, data.scenarioText),
      )
    : null;
  return [healthPart(), ...conf, text];
}

function provenancePart() {
  return el(
    "footer",
    {},
    el("p", {}, "From " + data.source + " by Muster, a simulator of Spark clusters."),
    ...runs.map((run) =>
      el(
        "p",
        {},
        [
          right && run.name,
          run.recorded ? "recorded" : "simulated",
          !run.recorded && "seed " + run.seed,
          !run.recorded && run.replication && "replication " + run.replication,
          run.scenario && "scenario " + run.scenario,
          "schedule " + run.fingerprint.toString(16),
        ]
          .filter(Boolean)
          .join(", "),
      ),
    ),
  );
}
