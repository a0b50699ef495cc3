#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the catalogue, the behaviour events and the golden checks.

The same seed always gives the same bytes. Python 3.11, standard library only.
"""
import argparse
import gzip
import io
import json
import sys
from pathlib import Path

import answers
import events
import golden
import products

HERE = Path(__file__).resolve().parent
SEED = 20261001


def lines(records):
    return "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in records).encode()


def packed(data):
    """gzip without a file name or time, so that equal input gives equal output."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=9, mtime=0) as z:
        z.write(data)
    return out.getvalue()


def outputs(seed=SEED):
    goods = products.build(seed)
    catalogue = [p.record() for p in goods]
    replies = answers.load(HERE / "answers")
    return {"catalog.jsonl": lines(catalogue + replies),
            "events.jsonl.gz": packed(lines(events.simulate(goods, seed + 1))),
            "golden.jsonl": lines(golden.checks(goods, replies))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="example:\n  python3 generate.py --out /tmp/catalog && ls -l /tmp/catalog")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: beside this file)")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed gives another shop (default: %(default)s)")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name, data in outputs(args.seed).items():
        (args.out / name).write_bytes(data)
        print(f"{name}: {len(data)} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
