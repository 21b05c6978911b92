"use strict";
// Tables of stages, jobs, executors and machines.

// --- stages and jobs -----------------------------------------------------------------------------

const lasted = (span) => (span ? span.end - span.from : null);

function pairColumns(label, match) {
  return [
    {
      title: left.name,
      number: true,
      value: (s) => lasted(s),
      cell: (s) => durationText(lasted(s)),
    },
    {
      title: right.name,
      number: true,
      value: (s) => lasted(match(s)),
      cell: (s) => (match(s) ? durationText(lasted(match(s))) : "not run"),
    },
    {
      title: data.difference,
      number: true,
      value: (s) => (match(s) ? relativeError(lasted(s), lasted(match(s))) : null),
      cell: (s) => (match(s) ? errorCell(relativeError(lasted(s), lasted(match(s)))) : "-"),
    },
    {
      title: "start off by",
      number: true,
      value: (s) => (match(s) ? match(s).from - s.from : null),
      cell: (s) => (match(s) ? offText(match(s).from - s.from) : "-"),
    },
  ];
}

const tookColumns = () => [
  { title: "start", number: true, value: (s) => s.from, cell: (s) => durationText(s.from) },
  { title: "took", number: true, value: (s) => lasted(s), cell: (s) => durationText(lasted(s)) },
];

const failedMark = (span) =>
  span.failure || span.outcome === "failed"
    ? el("span", { class: "bad" }, " \u2715 failed")
    : null;

function stagesPart() {
  const list = left.stages.filter((stage) => stage.from !== null);
  if (!list.length) return null;
  const others = new Map(
    right ? right.stages.filter((s) => s.from !== null).map((s) => [s.label, s]) : [],
  );
  const match = (stage) => others.get(stage.label);
  const bytes = Object.entries(BYTES).filter(([name]) => list.some((stage) => stage.sums[name]));
  const columns = [
    { title: "stage", value: (s) => s.id + s.attempt / 1e4, number: true, cell: (s) => s.label },
    ...(list.some((s) => s.name || failedMark(s))
      ? [{ title: "what", name: true, value: (s) => s.name, cell: (s) => [s.name, failedMark(s)] }]
      : []),
    {
      title: "job",
      number: true,
      value: (s) => (s.job ? s.job.id : null),
      cell: (s) => (s.job ? s.job.id : "-"),
    },
    { title: "tasks", number: true, value: (s) => s.tasks, cell: (s) => countText(s.tasks) },
    ...(right ? pairColumns("stage", match) : tookColumns()),
    { title: "task p50", number: true, value: (s) => s.p50, cell: (s) => durationText(s.p50) },
    { title: "p95", number: true, value: (s) => s.p95, cell: (s) => durationText(s.p95) },
    { title: "max", number: true, value: (s) => s.max, cell: (s) => durationText(s.max) },
    {
      title: "skew",
      number: true,
      hint: "longest task over median task",
      value: (s) => s.skew,
      cell: (s) => (s.skew ? s.skew.toFixed(1) + "x" : "-"),
    },
    ...(list.some((s) => s.failed)
      ? [
          {
            title: "not ok",
            hint: "failed or killed attempts",
            number: true,
            value: (s) => s.failed || 0,
            cell: (s) => (s.failed ? countText(s.failed) : ""),
          },
        ]
      : []),
    ...bytes.map(([name, words]) => ({
      title: words,
      number: true,
      value: (s) => s.sums[name] || 0,
      cell: (s) => (s.sums[name] ? bytesText(s.sums[name]) : ""),
    })),
  ];
  return sortable(columns, list, {
    sort: columns.findIndex((column) => column.title === (right ? left.name : "took")),
    descending: true,
    caption: "stages",
    go: (s) => showOnTimeline(left, s.from, s.end),
  });
}

function jobsPart() {
  const list = left.jobs.filter((job) => job.from !== null);
  if (!list.length) return null;
  const others = new Map(right ? right.jobs.map((job) => [job.id, job]) : []);
  const columns = [
    { title: "job", number: true, value: (j) => j.id },
    { title: "what", name: true, value: (j) => j.name, cell: (j) => [j.name, failedMark(j)] },
    { title: "stages", number: true, value: (j) => j.stages.length },
    ...(right ? pairColumns("job", (j) => others.get(j.id)) : tookColumns()),
    ...(list.some((j) => j.pool) ? [{ title: "pool", value: (j) => j.pool }] : []),
    { title: "outcome", value: (j) => (j.to === null ? "unfinished" : j.outcome) },
  ];
  return sortable(columns, list, {
    sort: right ? 3 : 4,
    descending: true,
    caption: "jobs",
    go: (j) => showOnTimeline(left, j.from, j.end),
  });
}

// --- executors -----------------------------------------------------------------------------------

function executorsPart() {
  return runs.map((run, i) => {
    const list = run.executors.filter((executor) => executor.added !== null || executor.ran > 0);
    if (!list.length) return null;
    const alive = (e) => Math.max(1, (e.to - e.from) * Math.max(1, e.cores));
    return el(
      "div",
      {},
      right && el("h3", {}, run.name),
      sortable(
        [
          {
            title: "executor",
            number: list.every((e) => !isNaN(e.id)),
            value: (e) => (isNaN(e.id) ? e.id : Number(e.id)),
            cell: (e) => e.id,
          },
          { title: "host", whole: true, value: (e) => e.host },
          { title: "cores", number: true, value: (e) => e.cores },
          { title: "tasks", number: true, value: (e) => e.ran, cell: (e) => countText(e.ran) },
          ...(list.some((e) => e.bad)
            ? [
                {
                  title: "not ok",
                  number: true,
                  hint: "attempts that did not succeed",
                  value: (e) => e.bad,
                  cell: (e) => (e.bad ? countText(e.bad) : ""),
                },
              ]
            : []),
          {
            title: "busy",
            number: true,
            value: (e) => e.busy / alive(e),
            cell: (e) => shareText(e.busy / alive(e)),
          },
          {
            title: "added",
            number: true,
            value: (e) => e.added,
            cell: (e) => durationText(e.added),
          },
          {
            title: "removed",
            number: true,
            value: (e) => e.removed,
            cell: (e) => (e.removed === null ? "" : durationText(e.removed)),
          },
          {
            title: "why removed",
            name: true,
            value: (e) => e.why,
            cell: (e) => e.why.split("\n")[0].slice(0, 300),
          },
        ],
        list,
        {
          sort: 0,
          shown: 16,
          caption: "executors",
          go: (e) => showOnTimeline(run, e.from, e.to),
        },
      ),
    );
  });
}

function nodesPart() {
  return runs
    .filter((run) => run.nodes.length)
    .map((run) =>
      el(
        "div",
        {},
        el("h3", {}, "Machines" + (right ? ", " + run.name : "")),
        sortable(
          [
            { title: "host", value: (n) => n.host },
            { title: "group", value: (n) => n.group },
            {
              title: "ordered",
              number: true,
              value: (n) => n.ordered,
              cell: (n) => durationText(n.ordered),
            },
            {
              title: "ready",
              number: true,
              value: (n) => n.ready,
              cell: (n) => durationText(n.ready),
            },
            {
              title: "gone",
              number: true,
              value: (n) => n.gone,
              cell: (n) => (n.gone === null ? "" : durationText(n.gone)),
            },
            { title: "why gone", name: true, value: (n) => n.why },
          ],
          run.nodes,
          { caption: "machines" },
        ),
      ),
    );
}

function placementPart() {
  if (!data.comparison) return null;
  const { localities, onlyLeft, onlyRight } = data.comparison;
  const rowsOf = localities
    .map(([a, b], i) => [data.localities[i], countText(a), countText(b)])
    .filter((row, i) => localities[i][0] + localities[i][1] > 0);
  const only = (name, labels) =>
    labels.length
      ? el(
          "p",
          {},
          "only in " +
            name +
            ": " +
            labels.slice(0, 20).join(", ") +
            (labels.length > 20 ? " and " + countText(labels.length - 20) + " more" : ""),
        )
      : null;
  return [
    rowsOf.length ? facts(["tasks launched", left.name, right.name], rowsOf, [1, 2]) : null,
    only(left.name, onlyLeft),
    only(right.name, onlyRight),
  ];
}
