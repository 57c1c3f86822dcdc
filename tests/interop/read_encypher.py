"""Read files with encypher-c2pa: `python read_encypher.py ANCHOR.pem TYPE=FILE…` prints one JSON object a line.

A process of its own, because the library writes its telemetry choice into the home folder; the caller gives it
another one.
"""

import json
import sys
from pathlib import Path

import encypher_c2pa


def main() -> None:
    anchor = Path(sys.argv[1]).read_text(encoding="ascii")
    for entry in sys.argv[2:]:
        media_type, _, path = entry.partition("=")
        report = encypher_c2pa.verify(
            path, media_type, trust_pem=anchor, no_default_trust=True, telemetry=False, online=False
        )
        failures = report["validation_results"]["failure"]
        print(
            json.dumps(
                {
                    "path": path,
                    "state": report["validation_state"].lower(),
                    "codes": [failure["code"] for failure in failures],
                }
            )
        )


if __name__ == "__main__":
    main()
