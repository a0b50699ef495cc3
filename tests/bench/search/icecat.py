#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the products of the chorus-icecat set as catalogue lines (services/catalog-data/README.md).

example:
  python3 icecat.py DIR_WITH_ZIPS > icecat.jsonl
"""
import json
import sys
import zipfile
from pathlib import Path

# What a shopper could ask for; sizes of parcels and certificates stay out.
KEPT = 40
DROPPED = ("package", "pallet", "master", "temperature", "humidity", "certif", "origin", "altitude", "harmonized")


def attributes(record):
    out = {}
    for key, value in record.items():
        if not key.startswith("attr_") or any(word in key for word in DROPPED) or value in (None, "", "N", False):
            continue
        name = key.split("_", 2)[2].strip("_").replace("_", " ")
        out[name[:100]] = ("yes" if value is True else str(value))[:300]
        if len(out) == KEPT:
            break
    return out


def main():
    folder = Path(sys.argv[1])
    products = []
    for archive in sorted(folder.glob("products_*.json.zip")):
        with zipfile.ZipFile(archive) as z:
            for name in z.namelist():
                products += json.loads(z.read(name))
    for p in sorted(products, key=lambda p: p["id"]):
        print(json.dumps({"kind": "product", "id": p["id"], "title": p["title"],
                          "description": p.get("short_description", ""), "brand": p["supplier"],
                          "price": p["price"] / 100, "currency": "USD", "attributes": attributes(p)},
                         ensure_ascii=False))


if __name__ == "__main__":
    main()
