"use strict";
// What every part of the page needs: the data, elements, numbers as people read them.

// What went wrong on this page; the self-test at the end of main.js shows it.
const faults = [];
addEventListener("error", (event) => faults.push(event.message));
addEventListener("unhandledrejection", (event) => faults.push(String(event.reason)));
document.addEventListener("securitypolicyviolation", (event) =>
  faults.push("blocked: " + event.violatedDirective + " " + event.blockedURI),
);

const data = JSON.parse(document.getElementById("data").textContent);

// An element with attributes, listeners ("onclick") and children. Strings become text, not markup.
function el(tag, attributes, ...children) {
  const svg = ["svg", "g", "path", "line", "circle", "text", "rect"].includes(tag);
  const out = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) out.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(out.style, value);
    else out.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat())
    if (child || child === 0) out.append(child instanceof Node ? child : String(child));
  return out;
}

// --- numbers: the same words as in the terminal -------------------------------------------------

function durationText(ms) {
  if (ms === null || ms === undefined) return "-";
  if (ms < 0) return "-" + durationText(-ms);
  if (ms === 0) return "0 s";
  if (ms < 1) return Math.round(ms * 1000) + " \u00b5s";
  if (ms < 999.5) return Math.round(ms) + " ms";
  if (ms < 9995) return (ms / 1000).toFixed(2) + " s";
  if (ms < 59950) return (ms / 1000).toFixed(1) + " s";
  const two = (n) => String(n).padStart(2, "0");
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return Math.floor(seconds / 60) + " min " + two(seconds % 60) + " s";
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return Math.floor(minutes / 60) + " h " + two(minutes % 60) + " min";
  const hours = Math.round(minutes / 60);
  return Math.floor(hours / 24) + " d " + two(hours % 24) + " h";
}

function bytesText(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  while (bytes >= 1023.95 && unit + 1 < units.length) ((bytes /= 1024), ++unit);
  return bytes.toFixed(unit === 0 || bytes >= 99.95 ? 0 : 1) + " " + units[unit];
}

const countText = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const counted = (n, what) => countText(n) + " " + what + (n === 1 ? "" : "s");

function shareText(share) {
  if (!isFinite(share)) return "-";
  return share > 0 && share < 0.0005 ? "<0.1 %" : (share * 100).toFixed(1) + " %";
}

function errorText(error) {
  if (error === null || error === undefined || !isFinite(error)) return "-";
  const percent = error * 100;
  if (Math.abs(percent) < 0.05) return "0.0 %";
  const digits = Math.abs(percent) < 999.95 ? percent.toFixed(1) : countText(Math.round(percent));
  return (percent > 0 ? "+" : "") + digits + " %";
}

function moneyText(microDollars) {
  const dollars = microDollars / 1e6;
  return "$" + dollars.toFixed(dollars < 1 ? 4 : 2);
}

const relativeError = (left, right) =>
  left === right ? 0 : left === 0 ? null : right / left - 1;

function offText(ms) {
  return ms > 0 ? "+" + durationText(ms) : durationText(ms);
}

// A date on the recording's clock, in UTC, as cluster logs have it.
function clockText(epoch) {
  return new Date(epoch).toISOString().replace("T", " ").slice(0, 19);
}

// --- columns -------------------------------------------------------------------------------------

// The other end of packed() in html_json.cpp: base64 of zigzag LEB128.
function unpack(text, delta) {
  const bytes = atob(text || "");
  const out = new Float64Array(bytes.length);
  let count = 0,
    before = 0;
  for (let i = 0; i < bytes.length; ++count) {
    let value = 0,
      scale = 1,
      byte;
    do {
      byte = bytes.charCodeAt(i++);
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte & 128);
    value = value % 2 ? -(value + 1) / 2 : value / 2;
    before = delta ? before + value : value;
    out[count] = before;
  }
  return out.slice(0, count);
}

// The first index in [from, to) for which is(index) holds; `to` if for none.
function firstIndex(from, to, is) {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (is(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
