"""Hooks for Schemathesis: topics that it makes up have as many partitions as a test has time for.

A topic may have 100,000 partitions, and making them would take longer than a request waits. Counts that no topic can
have stay as they were made up, for the answer to them is what is asked about.
"""

import schemathesis

MOST_A_TOPIC_MAY_HAVE = 100_000
MOST_MADE = 32


@schemathesis.hook
def before_call(context, case, kwargs):
    if not isinstance(case.body, dict):
        return
    count = case.body.get("partitions_count")
    if type(count) in (int, float) and MOST_MADE < count <= MOST_A_TOPIC_MAY_HAVE:
        case.body = {**case.body, "partitions_count": 1 + int(count) % MOST_MADE}
