"use strict";
// report.html#selftest works the page as a reader would and writes what came of it at its end, as
// JSON in <pre id="selftest">, for tests that have a browser but no driver for it.

function selfTest() {
  const out = {
    title: document.title,
    sections: [...document.querySelectorAll("section")].map((s) => s.id),
  };
  const around = (event, x, y, more) =>
    view.canvas.dispatchEvent(
      new (event.startsWith("pointer")
        ? PointerEvent
        : event === "wheel"
          ? WheelEvent
          : MouseEvent)(event, {
        clientX: view.canvas.getBoundingClientRect().left + x,
        clientY: view.canvas.getBoundingClientRect().top + y,
        bubbles: true,
        cancelable: true,
        pointerId: 1,
        pointerType: "mouse",
        ...more,
      }),
    );
  if (view) {
    // Synthetic pointers cannot be captured.
    view.canvas.setPointerCapture = () => {};
    const middle = (view.gutter + view.width) / 2,
      under = view.time(middle);
    around("wheel", middle, 60, { deltaY: -300, ctrlKey: true });
    out.zoomed = (view.to - view.from) / (view.t1 - view.t0);
    out.zoomKeepsPlace = Math.abs(view.x(under) - middle) < 2;
    const before = view.t0;
    around("pointerdown", middle, 60);
    around("pointermove", middle - 50, 60);
    around("pointerup", middle - 50, 60);
    out.pannedMs = view.t0 - before;
    view.fit();
    out.fits = view.t0 === view.from && view.t1 === view.to;
    out.tips = tipsOfFirstTask(around);
    for (const name of Object.keys(colourModes)) {
      view.setMode(name);
      view.draw();
    }
    view.setMode("stage");
    view.scroller.scrollTop = 1e6;
    view.draw();
    view.scroller.scrollTop = 0;
    const start = performance.now();
    for (let i = 0; i < 5; ++i) view.draw();
    out.drawMs = Math.round((performance.now() - start) / 5);
    out.inked = inkedShare();
    forPaper(true);
    out.paperHeight = view.height;
    forPaper(false);
  }
  const sorted = document.querySelector("#stages th button");
  if (sorted) sorted.click();
  out.stageRows = document.querySelectorAll("#stages tbody tr").length;
  out.sorted = document.querySelectorAll("#stages th[aria-sort]").length;
  out.outcomes = [...document.querySelectorAll("#failed tbody tr td:nth-child(2)")].map(
    (cell) => cell.textContent,
  );
  out.boxes = [...document.querySelectorAll(".box .title")].map((title) => title.textContent);
  out.markup = document.querySelectorAll("main script, main img, main iframe").length;
  out.tasks = runs.map((run) => run.count);
  out.drawn = drawn.map((run) => run.name);
  out.wider = document.documentElement.scrollWidth > innerWidth;
  out.faults = faults;
  document.body.append(el("pre", { id: "selftest" }, JSON.stringify(out)));
}

// Points at the first task of each run, and of its further applications, and reads what is said.
function tipsOfFirstTask(around) {
  return drawn.map((run) => {
    const slot = run.slotOf[0];
    const item = view.items.find(
      (one) =>
        one.run === run &&
        one.kind === "executor" &&
        one.executor === run.executors[run.executorOf[slot]],
    );
    if (!item) return "";
    view.look(run.from[0] - 1, run.until[0] + 1);
    view.draw();
    view.scroller.scrollTop = item.y - AXIS;
    view.draw();
    around(
      "pointermove",
      view.x((run.from[0] + run.until[0]) / 2),
      item.y - view.scrolled + (slot - item.executor.first + 0.5) * view.slotHeight,
    );
    const tip = document.querySelector(".tip");
    const text = tip.hidden ? "" : tip.querySelector("b").textContent;
    view.scroller.scrollTop = 0;
    view.fit();
    view.draw();
    return text;
  });
}

// How much of the canvas is not ground: nothing drawn is a fault that throws no error.
function inkedShare() {
  const { width, height } = view.canvas;
  const pixels = view.canvas.getContext("2d").getImageData(0, 0, width, height).data;
  let inked = 0;
  for (let i = 0; i < pixels.length; i += 4)
    if (pixels[i] !== pixels[0] || pixels[i + 1] !== pixels[1] || pixels[i + 2] !== pixels[2])
      ++inked;
  return Math.round((inked / (width * height)) * 1000) / 1000;
}

if (location.hash === "#selftest") {
  try {
    selfTest();
  } catch (error) {
    faults.push(String(error.stack));
    document.body.append(el("pre", { id: "selftest" }, JSON.stringify({ faults })));
  }
}
