"use strict";
// The film, its chapters and the ledger follow each other. All times below are seconds; those of the ledger are in its chapter.

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const video = one("video");
const whole = "whole" in video.dataset; // one film of all chapters, or clip after clip
const pages = one(".pages");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const STEP = 5;
const PAUSE = 700; // milliseconds in which a second digit of a chapter's number may follow

const chapters = all(".chapter").map((button, i) => ({
  button,
  start: Number(button.dataset.start),
  duration: Number(button.dataset.duration),
  number: one(".ordinal", button).textContent,
  title: one(".title", button).textContent,
  parts: all(`[data-of="${i}"]`),
  entries: all(`.page[data-of="${i}"] .entry`).map((row) => ({
    row,
    spans: row.dataset.spans.trim().split(" ").map((span) => span.split("-").map(Number)),
  })),
  sections: all(`.sections[data-of="${i}"] .section`),
}));
let current = -1;

// where the film is

function place() {
  if (!whole) return [Math.max(current, 0), video.currentTime];
  const i = Math.max(0, chapters.findLastIndex((c) => c.start <= video.currentTime + 1e-3));
  return [i, video.currentTime - chapters[i].start];
}

function follow() {
  const [i, time] = place();
  turnTo(i);
  mark(chapters[i], Math.min(Math.max(time, 0), chapters[i].duration - 0.01));
}

function turnTo(i) {
  if (i === current) return;
  current = i;
  chapters.forEach((chapter, j) => {
    chapter.parts.forEach((part) => { part.hidden = j !== i; });
    chapter.button.toggleAttribute("aria-current", false);
  });
  chapters[i].button.setAttribute("aria-current", "true");
  one("#now .ordinal").textContent = chapters[i].number;
  one("#now .title").textContent = chapters[i].title;
  one(".previous").disabled = i === 0;
  one(".next").disabled = i === chapters.length - 1;
  pages.scrollTop = 0;
  bring(chapters[i].button);
}

function bring(button) { // into sight, where its row has to be moved sideways
  const row = button.closest("ol");
  if (row.scrollWidth <= row.clientWidth) return;
  const left = button.parentElement.offsetLeft - parseFloat(getComputedStyle(row).paddingLeft);
  row.scrollTo({ left, behavior: still.matches ? "auto" : "smooth" });
}

// what is on the screen now is marked, and the last that came is in sight

function mark(chapter, time) {
  let latest = null;
  for (const { row, spans } of chapter.entries) {
    const span = spans.find(([from, to]) => from <= time && time < to);
    const is = Boolean(span);
    if (is !== row.classList.contains("now")) {
      row.classList.toggle("now", is);
      if (is) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (is && (!latest || span[0] >= latest.since)) latest = { row, since: span[0] };
    }
  }
  for (const button of chapter.sections) {
    const is = Number(button.dataset.at) <= time && time < Number(button.dataset.until);
    if (is === button.hasAttribute("aria-current")) continue;
    if (is) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    if (is) bring(button);
  }
  if (latest) reveal(latest.row);
}

function reveal(row) {
  if (pages.scrollHeight <= pages.clientHeight || pages.matches(":hover, :focus-within")) return;
  const above = row.getBoundingClientRect().top - pages.getBoundingClientRect().top;
  if (above >= 0 && above + row.offsetHeight <= pages.clientHeight) return;
  pages.scrollTo({ top: pages.scrollTop + above - pages.clientHeight / 2, behavior: still.matches ? "auto" : "smooth" });
}

// going somewhere

function go(i, time) {
  if (whole) {
    video.currentTime = chapters[i].start + time;
  } else {
    if (i !== current) load(i);
    video.currentTime = time;
  }
  follow();
}

function load(i) {
  const playing = !video.paused || video.ended;
  const { src, captions } = chapters[i].button.dataset;
  const { language: srclang, tongue: label } = video.dataset;
  const mode = video.textTracks[0]?.mode ?? "showing";
  all("track", video).forEach((track) => track.remove());
  video.poster = one("img", chapters[i].button).src;
  video.src = src;
  if (captions) {
    const track = Object.assign(document.createElement("track"), { kind: "captions", srclang, label, src: captions });
    video.append(track);
    track.track.mode = mode;
  }
  turnTo(i);
  if (playing) video.play();
}

function step(by) {
  const i = place()[0] + by;
  if (i >= 0 && i < chapters.length) go(i, 0);
}

chapters.forEach((chapter, i) => {
  chapter.button.addEventListener("click", () => go(i, 0));
  chapter.sections.forEach((button) => button.addEventListener("click", () => go(i, Number(button.dataset.at))));
  chapter.entries.forEach(({ row, spans }) => one(".go", row).addEventListener("click", () => {
    const now = place()[1]; // where it comes again, if it does; and some time after it began to fade in
    const [from, to] = spans.find(([start]) => start > now && row.classList.contains("now")) ?? spans[0];
    go(i, Math.min(from + 1, (from + to) / 2));
  }));
});
one(".previous").addEventListener("click", () => step(-1));
one(".next").addEventListener("click", () => step(1));
for (const event of ["timeupdate", "seeking", "seeked", "loadedmetadata"]) video.addEventListener(event, follow);
video.addEventListener("ended", () => { if (!whole) step(1); });

// copying

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // an address without encryption has no clipboard of this kind
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "aloud" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

all(".copy").forEach((button) => button.addEventListener("click", async () => {
  const format = one('input[name="format"]:checked');
  await copy(button.dataset[format.value]);
  one(".said").textContent = one(".said").dataset.words.replace("{format}", format.parentElement.textContent.trim());
  button.classList.add("done");
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    button.classList.remove("done");
    one(".said").textContent = "";
  }, 1600);
  button.focus();
}));

// keys

const KEYS = {
  " ": () => (video.paused ? video.play() : video.pause()),
  ArrowLeft: () => { video.currentTime = Math.max(0, video.currentTime - STEP); },
  ArrowRight: () => { video.currentTime = Math.min(video.duration || 0, video.currentTime + STEP); },
  "Shift ArrowLeft": () => step(-1),
  "Shift ArrowRight": () => step(1),
  c: () => {
    const track = video.textTracks[0];
    if (track) track.mode = track.mode === "showing" ? "hidden" : "showing";
  },
  f: () => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen()),
};
let digits = "";
let wait = 0;

function chosen() {
  const i = chapters.findIndex((chapter) => chapter.number === digits);
  digits = "";
  if (i >= 0) go(i, 0);
}

function digit(key) {
  clearTimeout(wait);
  digits += key;
  const more = chapters.some((chapter) => chapter.number !== digits && chapter.number.startsWith(digits));
  if (more) wait = setTimeout(chosen, PAUSE);
  else chosen();
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (!one(".shortcuts").checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest("input") || (key === " " && target.closest("button, a, summary"))) return;
  const act = KEYS[(event.shiftKey && key.startsWith("Arrow") ? "Shift " : "") + key];
  if (act) act();
  else if (/^[0-9]$/.test(key)) digit(key);
  else return;
  event.preventDefault();
});

follow();
