"""The figures of bench.live, which runs as a program of its own: it raises limits and measures its memory."""

import json
import subprocess
import sys

from bench.figures import Figure
from bench.site import ROOT

GROUP = "Idle live streams on one process, half of them outside the boundary"


def figures(clients: int) -> list[Figure]:
    command = [sys.executable, "-m", "bench.live", "--format", "json", "--clients", str(clients)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout)
    ours, bare = found["backstay"], found["bare_loop"]
    return [
        Figure(group=GROUP, name="streams", value=ours["streams"], unit=""),
        Figure(group=GROUP, name="who may not see an event and got it", value=ours["leaked"], unit="", aim=0),
        Figure(group=GROUP, name="memory of each", value=ours["kilobytes_each"], unit="KB"),
        Figure(group=GROUP, name="  bare loop", value=bare["kilobytes_each"], unit="KB"),
        Figure(group=GROUP, name="until the last one has it", value=ours["milliseconds_median"], unit="ms"),
        Figure(group=GROUP, name="  worst round", value=ours["milliseconds_worst"], unit="ms"),
        Figure(group=GROUP, name="  bare loop", value=bare["milliseconds_median"], unit="ms"),
        Figure(group=GROUP, name="an event for everybody", value=ours["milliseconds_all"], unit="ms"),
    ]
