"""The log of a workflow for process mining."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import plugins.studio
from core.testing.world import Templates
from tests.core.workflow.conftest import MODULE, submit


def test_the_log_goes_to_process_mining(templates: Templates, tmp_path: Path) -> None:
    modules = {"toy": MODULE, "studio": plugins.studio}
    flows = templates.world(tmp_path, ("toy", "studio"), modules)
    submit(flows)
    page = flows.client("gm")
    trace = ElementTree.fromstring(page.get("/workflow/toy.place/log.xes").text).find("trace")
    assert trace is not None and len(trace.findall("event")) == 1
    log = page.get("/workflow/toy.place/log.json").get_json()
    known = {o["id"] for o in log["objects"]}
    assert {r["objectId"] for e in log["events"] for r in e["relationships"]} <= known
    assert flows.client("rep").get("/workflow/toy.place/log.xes").status_code == 403
