"use strict";
// The rows of an executor: its life, why its free cores were free, its tasks. What is narrower than
// a pixel is drawn once: the search for the next task on screen skips all that share its pixel.

function drawExecutor(view, item) {
  const { executor, run } = item,
    g = view.g,
    height = view.slotHeight;
  const x0 = Math.max(view.x(executor.from), view.gutter),
    x1 = Math.min(view.x(executor.to), view.width);
  if (x1 > x0) {
    g.fillStyle = view.theme.life;
    g.fillRect(x0, item.y, x1 - x0, executor.slots * height);
    drawDriverWaits(view, item, x0, x1);
  }
  for (let i = 0; i < executor.slots; ++i)
    drawSlot(
      view,
      run,
      executor.first + i,
      item.y + i * height,
      height > 4 ? height - 1 : height,
    );
  if (executor.removed !== null && executor.removed < run.end) {
    const x = Math.round(view.x(executor.removed));
    g.fillStyle = view.theme.bad;
    g.fillRect(x - 1, item.y, 2, item.height);
    if (item.height > 12) view.text("\u2715 removed", x + 2, item.y, 90, view.theme.bad);
  }
}

function drawDriverWaits(view, item, x0, x1) {
  const waits = item.run.driverWaits,
    g = view.g;
  g.fillStyle = view.theme.driver;
  let k = firstIndex(0, waits.length, (i) => waits[i].to > view.t0),
    drawn = -Infinity;
  for (; k < waits.length && waits[k].from < view.t1; ++k) {
    const from = Math.max(view.x(waits[k].from), x0),
      to = Math.min(view.x(waits[k].to), x1);
    if (to - from < 0.5 || to < drawn || waits[k].cause >= DISPATCH) continue;
    g.fillRect(from, item.y, to - from, item.executor.slots * view.slotHeight);
    drawn = to;
  }
}

// Between two tasks of a slot: waiting for the last tasks of the stage that it ran.
function drawTail(view, run, task, until, y, height) {
  view.g.fillStyle = view.theme.tail;
  for (const tail of run.stages[run.stageOf[task]].tails) {
    const from = Math.max(run.until[task], tail[0]),
      to = Math.min(until, tail[1]);
    if ((to - from) * view.scale < 2) continue;
    const x = Math.max(view.x(from), view.gutter);
    view.g.fillRect(x, y, Math.min(view.x(to), view.width) - x, height);
  }
}

function drawSlot(view, run, slot, y, height) {
  const { slotTasks, from, until } = run,
    g = view.g,
    mode = colourModes[view.mode];
  const last = run.slotStart[slot + 1];
  let at = firstIndex(run.slotStart[slot], last, (k) => until[slotTasks[k]] > view.t0);
  const executor = run.executors[run.executorOf[slot]];
  for (const wait of run.slotWaits.get(slot) || []) {
    if (wait.to < view.t0 || wait.from > view.t1) continue;
    g.fillStyle = view.theme.locality;
    g.fillRect(view.x(wait.from), y, Math.max(1, (wait.to - wait.from) * view.scale), height);
  }
  if (at > run.slotStart[slot])
    drawTail(
      view,
      run,
      slotTasks[at - 1],
      at < last ? from[slotTasks[at]] : executor.to,
      y,
      height,
    );
  let pending = null;
  const flush = () => {
    if (!pending) return;
    g.fillStyle = pending.colour;
    g.fillRect(pending.x0, y, pending.x1 - pending.x0, height);
    pending = null;
  };
  while (at < last && from[slotTasks[at]] < view.t1) {
    const task = slotTasks[at];
    const x0 = view.x(from[task]),
      x1 = view.x(until[task]);
    const next = at + 1 < last ? from[slotTasks[at + 1]] : executor.to;
    if (x1 - x0 >= 1.5) {
      flush();
      drawTask(view, run, task, x0, x1, y, height);
      drawTail(view, run, task, next, y, height);
      ++at;
      continue;
    }
    const pixel = Math.floor(x0),
      colour = mode.of(run, task);
    if (pending && pending.colour === colour && pixel <= pending.x1) pending.x1 = pixel + 1;
    else {
      flush();
      pending = { x0: pixel, x1: pixel + 1, colour };
    }
    const edge = view.time(pixel + 1);
    at = firstIndex(at + 1, last, (k) => until[slotTasks[k]] > edge);
  }
  flush();
  drawOdd(view, run, slot, y, height);
}

function drawTask(view, run, task, x0, x1, y, height) {
  const g = view.g,
    width = x1 - x0,
    inset = width > 4 ? 1 : 0;
  if (view.mode === "split" && width > 5 && run.hasSplit()) {
    const parts = run.split(task);
    const sum = parts.reduce((a, b) => a + b, 0) || 1;
    let x = x0;
    parts.forEach((part, i) => {
      const wide = (part / sum) * (width - inset);
      g.fillStyle = SPLIT_COLOURS[i];
      if (wide > 0) g.fillRect(x, y, wide, height);
      x += wide;
    });
  } else {
    g.fillStyle = colourModes[view.mode].of(run, task);
    g.fillRect(x0, y, width - inset, height);
  }
  if (height >= 10 && width > 34) {
    const stage = run.stages[run.stageOf[task]];
    const left = Math.max(x0, view.gutter);
    view.text(
      stage.label + " #" + run.index[task],
      left,
      y,
      Math.min(x1, view.width) - left - 2,
      "#000",
    );
  }
}

// Failed, killed, lost, unfinished and copied attempts, on top and never too thin to see.
function drawOdd(view, run, slot, y, height) {
  for (const task of run.oddOfSlot.get(slot) || []) {
    if (run.until[task] < view.t0 || run.from[task] > view.t1) continue;
    const x = view.x(run.from[task]);
    const width = Math.max(2, view.x(run.until[task]) - x - 1);
    const outcome = run.outcome[task];
    if (outcome > SUCCESS)
      view.mark(x, y, width, height, outcome === KILLED ? "killed" : "failed");
    if (run.copy[task]) view.mark(x, y, width, height, "copy");
  }
}
