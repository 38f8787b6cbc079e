"use strict";
// Plays the clips of the chapters section by section, and waits at the end of each.
const byId = id => document.getElementById(id);
const deck = JSON.parse(byId("deck").textContent);
const film = byId("film"), calm = matchMedia("(prefers-reduced-motion: reduce)");
const frame = 1 / deck.rate;
let at = -1, still = false, told = true;

const last = slide => slide.end - frame / 2;
const slide = () => deck.slides[at];
const ended = () => film.currentTime >= last(slide()) - frame / 4;

// Goes to a slide: to its beginning, which may then play, or to its last picture.
function go(number, { play = false, end = false } = {}) {
  number = Math.min(Math.max(number, 0), deck.slides.length - 1);
  const next = deck.slides[number], other = at < 0 || next.clip !== slide().clip;
  film.pause();
  at = number;
  still = end;
  label(play);
  const ready = () => {
    if (at !== number) return;
    film.currentTime = end ? last(next) : next.start + frame / 2;
    if (play) film.play().catch(() => {});
    tell();
  };
  if (other) {
    film.onloadedmetadata = ready;
    film.src = next.clip;
  } else if (film.readyState) ready();
  history.replaceState(null, "", `#${number + 1}`);    // which tells nobody, as a click on a link does
}

function forward() {
  if (at === deck.slides.length - 1 && ended()) return;
  if (!ended() && (!film.paused || !begins())) finish();
  else if (!ended()) start();
  else go(at + 1, calm.matches ? { end: true } : { play: true });
}

function back() {
  if (at && film.paused && begins()) go(at - 1, { end: true });
  else go(at);
}

const begins = () => film.currentTime <= slide().start + frame;
const start = () => calm.matches ? finish() : go(at, { play: true });

function finish() {
  film.pause();
  film.currentTime = last(slide());
  still = true;
  tell();
}

function play() {
  if (!film.paused) return film.pause();
  if (ended()) return go(at, { play: true });
  still = false;
  byId("cover").hidden = true;
  film.play().catch(() => {});
}

// What is told now; with the last picture of a slide that was not played, all that is told on it.
function tell() {
  const now = film.currentTime - slide().start;
  const cue = slide().cues.find(c => c.start <= now + frame && now < c.end);
  const all = still && calm.matches && ended();
  const text = !told ? "" : all ? slide().words : cue ? cue.text : "";
  if (byId("words").textContent !== text) byId("words").textContent = text;
  byId("far").value = Math.min(Math.max(now / (slide().end - slide().start), 0), 1);
}

function label(playing) {
  const { title, heading, chapter, first } = slide(), small = document.createElement("small");
  byId("name").textContent = title;
  if (heading !== title) {
    small.textContent = heading;
    byId("name").append(" ", small);
  }
  byId("cover").textContent = heading;
  byId("cover").dataset.chapter = chapter;
  byId("cover").hidden = playing || still || !first;
  byId("count").textContent = `${at + 1} / ${deck.slides.length}`;
  for (const link of byId("slides").querySelectorAll("a"))
    link.toggleAttribute("aria-current", link.hash === `#${at + 1}`);
}

function watch() {
  if (!film.paused && film.currentTime >= last(slide()) - frame / 4) {
    film.pause();
    film.currentTime = last(slide());
  }
  if (!film.seeking) tell();
}
film.addEventListener("timeupdate", watch);    // a page in the background is not drawn
for (const event of ["play", "pause"])
  film.addEventListener(event, () => { byId("play").textContent = film.paused ? deck.play : deck.pause; });

function captions() {
  told = !told;
  byId("captions").setAttribute("aria-pressed", told);
  tell();
}

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

const list = () => byId("slides").open ? byId("slides").close() : byId("slides").showModal();
const ends = () => go(deck.slides.length - 1, { end: true });
const keys = { ArrowRight: forward, PageDown: forward, " ": forward, Enter: forward, ArrowLeft: back, PageUp: back,
  Home: () => go(0), End: ends, p: play, c: captions, l: list, f: full };
addEventListener("keydown", event => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key, does = keys[key];
  const pressed = event.target.closest?.("button, a") && (key === " " || key === "Enter");
  if (!does || pressed || event.ctrlKey || event.metaKey || event.altKey || (byId("slides").open && key !== "l")) return;
  event.preventDefault();
  does();
});
for (const [id, does] of Object.entries({ back, on: forward, play, captions, list, full }))
  byId(id).addEventListener("click", does);
let began = null;
byId("stage").addEventListener("touchstart", event => { began = event.changedTouches[0]; }, { passive: true });
byId("stage").addEventListener("touchend", event => {
  const moved = event.changedTouches[0].clientX - began.clientX, up = event.changedTouches[0].clientY - began.clientY;
  if (Math.abs(moved) < 40 || Math.abs(up) > Math.abs(moved)) return;
  event.preventDefault();    // no click follows
  (moved < 0 ? forward : back)();
});
byId("stage").addEventListener("click", forward);
byId("slides").addEventListener("click", event => {
  if (event.target.closest("a") || event.target === byId("slides")) byId("slides").close();
});
addEventListener("hashchange", () => {
  const number = Number(location.hash.slice(1)) - 1;
  if (number !== at && deck.slides[number]) go(number, { end: calm.matches });
});
const settle = () => document.querySelector("main").classList.toggle("calm", calm.matches);
calm.addEventListener("change", settle);
settle();
go(Number(location.hash.slice(1)) - 1 || 0);
(function look() { watch(); requestAnimationFrame(look); })();
