"use strict";
// The parts of the page from the top: what ran, how it ended, what is wrong, the numbers,
// the way to the first task.

function section(id, title, ...content) {
  const shown = content.flat().filter(Boolean);
  return shown.length
    ? el("section", { id, "aria-label": title }, el("h2", {}, title), ...shown)
    : null;
}

function box(kind, title, ...content) {
  return el(
    "div",
    { class: "box " + kind, role: kind === "bad" ? "alert" : null },
    el("p", { class: "title" }, title),
    ...content,
  );
}

function outcomeBadge(run) {
  if (run.waits) return el("span", { class: "badge bad" }, "waits for ever");
  if (!run.succeeded) return el("span", { class: "badge bad" }, "failed");
  if (!run.ended) return el("span", { class: "badge warn" }, "no end seen");
  return el("span", { class: "badge good" }, "succeeded");
}

// A scenario that names no application has a name of its own.
function nameOf(run) {
  return (run.app === "application" && run.scenario) || run.app || "application";
}

function headerPart() {
  const run = left;
  const parts = [
    run.id,
    run.attempt && "attempt " + run.attempt,
    run.version && "Spark " + run.version,
    run.master,
    run.mode && run.mode + " mode",
    run.user && "user " + run.user,
    run.epoch !== null && clockText(run.epoch) + " UTC",
  ];
  const same = !right || (right.settings === left.settings && right.pools === left.pools);
  const told = (one) => one.settings + (one.pools && " \u00b7 " + one.pools);
  const settings = same ? [told(left)] : runs.map((one) => one.name + ": " + told(one));
  return el(
    "header",
    {},
    el("h1", {}, nameOf(run), ...(right ? [] : [outcomeBadge(run)])),
    el("p", { class: "facts" }, parts.filter(Boolean).join(" \u00b7 ")),
    right && el("p", {}, ...runs.flatMap((one) => [one.name, outcomeBadge(one), " "])),
    ...settings.map((text) => el("p", { class: "facts" }, text)),
  );
}

// --- what is wrong -------------------------------------------------------------------------------

const firstLine = (text) => text.split("\n")[0];

// Where the recording and its simulation failed alike, that is said once.
function failureBoxes() {
  const failed = runs.filter((run) => !run.succeeded);
  const alike = failed.length > 1 && failed[0].failure === failed[1].failure;
  return (alike ? failed.slice(0, 1) : failed).map((run) => {
    const who = alike ? left.name + " and " + right.name + ": " : right ? run.name + ": " : "";
    const why = firstLine(run.failure || "no reason given");
    const more = (text) =>
      !text || why.startsWith(firstLine(text)) ? "" : ": " + firstLine(text);
    const jobs = run.jobs.filter((job) => job.outcome === "failed").slice(0, 5);
    const stages = run.stages.filter((stage) => stage.failure).slice(0, 5);
    const after = (span) => ", " + durationText(span.end) + " after the start";
    return box(
      "bad",
      who + (run.waits ? "the application would wait for ever" : "the application failed"),
      el("p", {}, why),
      el(
        "ul",
        {},
        ...jobs.map((job) =>
          el("li", {}, "job " + job.id + " " + job.name + after(job) + more(job.failure)),
        ),
        ...stages.map((stage) =>
          el("li", {}, "stage " + stage.label + " " + stage.name + more(stage.failure)),
        ),
      ),
      run.failure.includes("\n") &&
        el("details", {}, el("summary", {}, "the whole message"), el("pre", {}, run.failure)),
    );
  });
}

// What the reader can do about a log that does not tell everything.
function stateBoxes() {
  const out = [];
  for (const run of runs) {
    const who = right ? run.name + ": " : "";
    if (run.count === 0)
      out.push(box("warn", who + "No task was launched", el("p", {}, emptyAdvice(run))));
    if (!run.ended && run.recorded)
      out.push(
        box(
          "warn",
          who + "The log has no end of the application",
          el(
            "p",
            {},
            "It was cut off, is still being written, or the driver was killed. What ran until " +
              durationText(run.wall) +
              " is shown; jobs and tasks without an end count as lasting to there. " +
              "For the whole run give the finished log, without .inprogress in its name, or all " +
              "files of a rolling folder.",
          ),
        ),
      );
  }
  const errors = data.health.filter((note) => note.severity === "error");
  if (errors.length)
    out.push(box("bad", "The log is damaged: numbers below may mislead", noteList(errors)));
  const warnings = data.health
    .filter((note) => note.severity === "warning")
    .map((note) => note)
    .concat(
      data.warnings.map((text) => ({ text })),
      runs.flatMap((run) =>
        run.warnings.map((text) => ({ text: (right ? run.name + ": " : "") + text })),
      ),
    );
  if (warnings.length) out.push(box("warn", "Before you trust the numbers", noteList(warnings)));
  return out;
}

function emptyAdvice(run) {
  if (run.jobs.length > 0 && run.executors.length === 0)
    return (
      "Jobs were submitted, but no executor ever registered: look at the cluster manager " +
      "(queue, quota, image, node labels), not at Spark."
    );
  if (run.jobs.length > 0)
    return (
      "Jobs were submitted and executors registered, but no task was launched. Look at " +
      "spark.task.cpus against the executors' cores, and at the registration gate " +
      "(spark.scheduler.minRegisteredResourcesRatio)."
    );
  return (
    "The application submitted no job. If it did work, this is not its log: each attempt of an " +
    "application writes its own, and so does each SparkContext."
  );
}

// Slow executors and long tasks.
function paceBoxes() {
  return drawn
    .filter((run) => run.pace.lines.length)
    .map((run) =>
      box(
        "warn",
        (drawn.length > 1 ? run.name + ": s" : "S") + "low executors and long tasks",
        noteList(run.pace.lines.map((text) => ({ text }))),
      ),
    );
}

// The first few; the rest on request.
function noteList(notes) {
  const item = (note) =>
    el("li", {}, note.text, note.place && el("span", { class: "soft" }, " (" + note.place + ")"));
  const few = notes.length > 8 ? 6 : notes.length;
  const list = el("ul", {}, ...notes.slice(0, few).map(item));
  if (few === notes.length) return list;
  const rest = el("ul", {}, ...notes.slice(few).map(item));
  return el(
    "div",
    {},
    list,
    el("details", {}, el("summary", {}, notes.length - few + " more"), rest),
  );
}

function failedAttempts() {
  return runs.map((run) => {
    const groups = new Map();
    for (const [task, reason] of run.reasonOf) {
      const key = reason + " " + run.outcome[task];
      if (!groups.has(key)) groups.set(key, { reason, outcome: run.outcome[task], tasks: [] });
      groups.get(key).tasks.push(task);
    }
    if (!groups.size) return null;
    const stagesOf = (group) => [
      ...new Set(group.tasks.map((i) => run.stages[run.stageOf[i]].label)),
    ];
    const executorsOf = (group) => [
      ...new Set(
        group.tasks
          .filter((i) => run.slotOf[i] >= 0)
          .map((i) => run.executors[run.executorOf[run.slotOf[i]]].id),
      ),
    ];
    const few = (labels) => labels.slice(0, 6).join(", ") + (labels.length > 6 ? ", \u2026" : "");
    const table = sortable(
      [
        { title: "attempts", number: true, value: (g) => g.tasks.length },
        // One that had succeeded is here because its output was lost with its executor.
        {
          title: "outcome",
          value: (g) =>
            data.outcomes[g.outcome] === "Success"
              ? "succeeded, output lost later"
              : data.outcomes[g.outcome],
        },
        {
          title: "first at",
          number: true,
          value: (g) => run.until[g.tasks[0]],
          cell: (g) => durationText(run.until[g.tasks[0]]),
        },
        { title: "stages", value: (g) => few(stagesOf(g)) },
        { title: "executors", value: (g) => few(executorsOf(g)) },
        {
          title: "reason",
          name: true,
          value: (g) => run.reasonTexts[g.reason],
          cell: (g) => run.reasonTexts[g.reason].split("\n")[0].slice(0, 400),
        },
      ],
      [...groups.values()],
      {
        sort: 0,
        descending: true,
        caption: "attempts that did not succeed, or whose output was lost",
        go: (g) => showOnTimeline(run, run.from[g.tasks[0]], run.until[g.tasks[0]]),
      },
    );
    return el("div", {}, right && el("h3", {}, run.name), table);
  });
}

// --- the numbers ---------------------------------------------------------------------------------

function card(what, values, more) {
  const value =
    values.length === 1
      ? [el("div", { class: "value" }, values[0])]
      : values.map((text, i) =>
          el("div", { class: "value pair" }, el("span", {}, runs[i].name), el("span", {}, text)),
        );
  return el(
    "div",
    { class: "card" },
    el("div", { class: "what" }, what),
    ...value,
    more && el("div", { class: "more" }, more),
  );
}

function cardsPart() {
  const each = (of) => {
    const texts = runs.map(of);
    return texts.every((text) => text === texts[0]) ? [texts[0]] : texts;
  };
  const tasksMore = [
    left.failedAttempts && counted(left.failedAttempts, "failed attempt"),
    left.killedAttempts && countText(left.killedAttempts) + " killed",
    left.copies && counted(left.copies, "speculative copy").replace("copys", "copies"),
  ]
    .filter(Boolean)
    .join(", ");
  const cards = [
    card(
      "wall time",
      each((run) => (run.waits ? "never ends" : durationText(run.wall))),
      right && data.difference + " " + errorText(relativeError(left.wall, right.wall)),
    ),
    card(
      "tasks",
      each((run) => countText(run.taskCount)),
      tasksMore || counted(left.jobCount, "job") + ", " + counted(left.stageCount, "stage"),
    ),
    card(
      "executors",
      each((run) => countText(run.peakExecutors) + " at a time"),
      countText(left.executorCount) +
        " in all, " +
        counted(left.peakCores, "core") +
        (left.removedExecutors ? ", " + countText(left.removedExecutors) + " left early" : ""),
    ),
    card(
      "cores busy",
      each((run) => (run.available ? shareText(run.busy / run.available) : "-")),
      "of " + durationText(left.available) + " core time",
    ),
  ];
  if (runs.some((run) => run.leases.length))
    cards.push(
      card(
        "cost",
        each((run) => moneyText(run.cost)),
        left.machines,
      ),
    );
  if (data.comparison && data.comparison.meanStage !== null)
    cards.push(
      card(
        "stages differ by",
        [shareText(data.comparison.meanStage)],
        "weighted by time; " + shareText(data.comparison.worstStage) + " at most",
      ),
    );
  return el("div", { class: "cards", id: "summary" }, ...cards);
}

function costPart() {
  return runs
    .filter((run) => run.leases.length)
    .map((run) =>
      el(
        "div",
        {},
        right && el("h3", {}, run.name),
        facts(
          ["machines of", "machines", "machine-hours", "an hour", "cost"],
          run.leases,
          [1, 2, 3, 4],
        ),
      ),
    );
}

function milestonesPart() {
  return runs.map((run) => {
    // Where nothing was waited for, as in a replay, they are no news.
    const m = run.milestones,
      came = m.driver !== m.submitted;
    const known = [
      ["spark-submit", came ? m.submitted : null],
      ["driver", came ? m.driver : null],
      ["registered", came ? m.registered : null],
      ["first executor", m.executor ?? firstOf(run.executors.map((e) => e.added))],
      ["program begins", came ? m.ready : null],
      ["first task", m.task ?? firstOf(run.from)],
      ["first job", firstOf(run.jobs.map((j) => j.from))],
      ["end", run.ended ? run.wall : null],
    ]
      .filter(([, t]) => t !== null && t !== undefined)
      .sort((a, b) => a[1] - b[1]);
    if (known.length < 2) return null;
    const base = Math.min(0, known[0][1]);
    return el(
      "ul",
      { class: "steps", "aria-label": "milestones " + run.name },
      right && el("li", { class: "who" }, run.name),
      ...known.map(([what, t]) => el("li", {}, what + " ", el("b", {}, durationText(t - base)))),
      m.place && el("li", { class: "who" }, "driver " + m.place),
      m.attempts > 1 && el("li", { class: "bad" }, "application attempt " + m.attempts),
    );
  });
}

function firstOf(times) {
  let first = null;
  for (const t of times) if (t !== null && (first === null || t < first)) first = t;
  return first;
}

function othersPart() {
  return runs
    .filter((run) => run.others.length)
    .map((run) =>
      facts(
        ["application", "submitted", "took", "outcome"],
        [
          [run.app, durationText(0), durationText(run.wall), run.failure || "succeeded"],
          ...run.others.map((other) => [
            other.name,
            durationText(other.submitted),
            durationText(other.end - other.submitted),
            other.failure || "succeeded",
          ]),
        ],
        [1, 2],
      ),
    );
}
