"""Judges Avro values with fastavro.

The file has one JSON object a line: `schema`, the `bytes` of a value in hexadecimal, and its `json` in the form of Avro's
specification. For each of them one JSON object is printed:

- `again`: the bytes that fastavro writes for the value that it read in the bytes;
- `fromJSON`: those that it writes for the value that it read in the JSON;
- `json`: the JSON that it writes for the value that it read in the bytes;
- `made`: the bytes of a value of its own making.

A schema or a value that fastavro refuses ends the program with the line that it is on.
"""

import io
import json
import sys

import fastavro
from fastavro.utils import generate_one


def written(schema, value):
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, value)
    return out.getvalue().hex()


def judged(line):
    given = json.loads(line)
    schema = fastavro.parse_schema(given["schema"])
    # Values of named types in unions come as pairs with the name, without which the type would be guessed.
    value = fastavro.schemaless_reader(
        io.BytesIO(bytes.fromhex(given["bytes"])), schema, None, return_named_type=True
    )
    text = io.StringIO()
    fastavro.json_writer(text, schema, [value])
    from_json = list(fastavro.json_reader(io.StringIO(json.dumps(given["json"])), schema))
    return {
        "again": written(schema, value),
        "fromJSON": written(schema, from_json[0]),
        "json": json.loads(text.getvalue()),
        "made": written(schema, generate_one(schema)),
    }


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                print(json.dumps(judged(line)))
            except Exception as error:
                sys.exit(f"line {number}: {type(error).__name__}: {error}: {line}")


main()
