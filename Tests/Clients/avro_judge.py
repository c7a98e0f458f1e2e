"""Judges Avro values with fastavro.

The file has one JSON object a line: `schema`, the `bytes` of a value in hexadecimal, and its `json` in the form of Avro's
specification. For each of them one JSON object is printed:

- `again`: the bytes that fastavro writes for the value that it read in the bytes;
- `fromJSON`: those that it writes for the value that it read in the JSON, or null where its JSON reader cannot read such a schema;
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


def records_ended(schema, types):
    """How many records may end where a value of this schema ends."""
    if isinstance(schema, list):
        return max(records_ended(member, types) for member in schema)
    if isinstance(schema, str):
        return types.get(schema, 0)
    if schema["type"] != "record":
        return 0
    return 1 + (records_ended(schema["fields"][-1]["type"], types) if schema["fields"] else 0)


def confuses_json_reader(schema, types):
    """Whether a map in it has values where several records end at once.

    fastavro's JSON reader (1.13) notices the end of a record at the next value. At the end of a map's value it is still
    inside of it, by one record if the record is the value, which does no harm, and by more if it ends with another record.
    """
    if isinstance(schema, list):
        return any([confuses_json_reader(member, types) for member in schema])
    if isinstance(schema, str):
        return False
    parts = {"record": lambda: [field["type"] for field in schema["fields"]], "array": lambda: [schema["items"]]}
    parts["map"] = lambda: [schema["values"]]
    found = any([confuses_json_reader(part, types) for part in parts.get(schema["type"], list)()])
    if schema["type"] == "record":
        types[schema["name"]] = records_ended(schema, types)
    return found or schema["type"] == "map" and records_ended(schema["values"], types) > 1


def judged(line):
    given = json.loads(line)
    schema = fastavro.parse_schema(given["schema"])
    # Values of named types in unions come as pairs with the name, without which the type would be guessed.
    value = fastavro.schemaless_reader(
        io.BytesIO(bytes.fromhex(given["bytes"])), schema, None, return_named_type=True
    )
    text = io.StringIO()
    fastavro.json_writer(text, schema, [value])
    from_json = None
    if not confuses_json_reader(schema, {}):
        values = list(fastavro.json_reader(io.StringIO(json.dumps(given["json"])), schema))
        from_json = written(schema, values[0])
    return {
        "again": written(schema, value),
        "fromJSON": from_json,
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
