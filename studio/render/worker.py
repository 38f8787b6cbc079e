"""The process of a worker:  python -m studio.render.worker

It takes jobs from its standard input, one after another, and answers on its standard output: numbers are the seconds of
film so far, then comes what was rendered or why it failed. When its input ends, because whoever started it stopped or
was killed, so does it, in the middle of whatever it does. A copy of another process (`studio.render.forked`) has pipes
of its own for both.
"""
from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ctypes import CDLL
from queue import Empty, SimpleQueue
from typing import BinaryIO

from studio.cache.job import Failed, Job, Rendered
from studio.render.chapter_files import render
from studio.system.manim_defaults import prepare_manim
from studio.system.mistake import Mistake

IDLE = 300.0    # seconds without a job, after which the process ends; another is started when there is work again


def main() -> None:
    prepare_manim()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())    # what a chapter prints is no answer
    serve(sys.stdin.buffer, answers)


def serve(source: BinaryIO, answers: BinaryIO) -> None:
    """Renders the jobs that come from one pipe and answers on another, until there are none for a while."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)    # Ctrl-C reaches every process of a terminal; the film decides
    jobs: SimpleQueue[Job] = SimpleQueue()
    threading.Thread(target=listen, args=(source, jobs), daemon=True).start()

    def answer(what: object) -> None:
        pickle.dump(what, answers)
        answers.flush()

    while True:
        try:
            job = jobs.get(timeout=IDLE)
        except Empty:
            return
        with ThreadPoolExecutor(1, "drawing") as thread:    # one for each job: it may give way, and cannot take it back
            found = thread.submit(outcome, job, answer).result()
        answer(found)
        del found
        give_back()


def give_back() -> None:
    """Returns free memory to the system, where the C library knows how (glibc): an encoder leaves much behind."""
    with suppress(AttributeError, OSError, TypeError):
        CDLL(None).malloc_trim(0)


def listen(source: BinaryIO, jobs: SimpleQueue[Job]) -> None:
    try:
        while True:
            jobs.put(pickle.load(source))
    finally:
        os._exit(1)


def outcome(job: Job, report: object) -> Rendered | Failed:
    """What comes of a job."""
    try:
        return render(job, report)
    except Mistake as mistake:
        return Failed(job.name, mistake.message)
    except Exception as error:
        return Failed(job.name, f"{job.name}: {type(error).__name__}: {error}", traceback.format_exc())


if __name__ == "__main__":
    main()
