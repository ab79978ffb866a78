"""Settings for all tests: fixed examples in CI, and no test skipped there but those that read ../shared."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("ci")

SHARED = "reads ../shared"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With DERIVE_NO_SKIPS, a skipped test fails the run, unless it says that it reads ../shared."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("DERIVE_NO_SKIPS") or reporter is None:
        return
    skipped = [r for r in reporter.stats.get("skipped", []) if SHARED not in str(r.longrepr)]
    if skipped:
        reporter.write_line(f"{len(skipped)} tests were skipped, the first: {skipped[0].nodeid}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
