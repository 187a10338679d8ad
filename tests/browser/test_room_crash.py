"""A tab that dies: what the device kept is sent when the exam is opened again."""

import os
import signal
from pathlib import Path

from benchmarks.cpu import children

LINE_DOWN = r"Failed to load resource: net::ERR_"


def test_answers_of_a_crashed_tab_are_sent_when_the_exam_is_opened_again(room, watch):
    watch.tolerate(LINE_DOWN)
    page = room.page
    kept = room.choose(3, 1)
    room.expect_saved()
    page.route("**/responses", lambda route: route.abort())  # the next window's line is whole
    wanted = room.choose(1, 2)
    room.write(5, "typed before the crash")
    room.expect_line(5, "Kept on this device")
    with page.expect_event("crash"):
        crash()
    assert set(room.stored()) == {"q3"}
    again = room.elsewhere()
    again.expect_saved()
    expected = {"q3": kept == "true", "q1": wanted, "q5": "typed before the crash"}
    assert again.stored() == expected
    assert again.chosen(1) == [wanted]


def crash():
    """Let every process that shows pages die, as they do when memory runs out."""
    for process in children(os.getpid()):
        if b"--type=renderer" in Path(f"/proc/{process}/cmdline").read_bytes():
            os.kill(process, signal.SIGKILL)
