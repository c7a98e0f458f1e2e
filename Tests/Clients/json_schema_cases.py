"""Makes up JSON Schemas and values, and has PyPI's `jsonschema` judge them.

usage: json_schema_cases.py COUNT FILE SEED

Writes one case a line: {"schema", "value", "fits"}. The same seed makes the same cases.
"""
import json
import random
import sys

import jsonschema

DRAFTS = [
    ("http://json-schema.org/draft-04/schema#", jsonschema.Draft4Validator),
    ("http://json-schema.org/draft-06/schema#", jsonschema.Draft6Validator),
    ("http://json-schema.org/draft-07/schema#", jsonschema.Draft7Validator),
    ("https://json-schema.org/draft/2019-09/schema", jsonschema.Draft201909Validator),
    ("https://json-schema.org/draft/2020-12/schema", jsonschema.Draft202012Validator),
]
NAMES = ["a", "b", "c", "ab", "x/y"]
PATTERNS = ["a", "^a", "b$", "^[ab]+$", "^.{2}$", "[^a]", "\\d", "^(a|bc)*$"]


class Maker:
    def __init__(self, draft):
        self.draft = draft  # 0 is draft 4, 4 is 2020-12

    def value(self, depth=3):
        kind = random.randrange(9 if depth > 0 else 6)
        if kind == 0:
            return None
        if kind == 1:
            return random.choice([True, False])
        if kind == 2:
            return random.randrange(-3, 8)
        if kind == 3:
            return random.choice([0.5, 1.5, 2.25, -1.5, 3.0, 1e3, 0.0])
        if kind in (4, 5):
            return random.choice(["", "a", "ab", "abc", "b", "é", "a1", "bca"])
        if kind == 6:
            return [self.value(depth - 1) for _ in range(random.randrange(4))]
        return {random.choice(NAMES): self.value(depth - 1) for _ in range(random.randrange(4))}

    def schema(self, depth=3):
        if self.draft >= 1 and random.random() < 0.08:
            return random.choice([True, False])
        if depth <= 0:
            return random.choice([{}, {"type": self.type()}, {"minimum": random.randrange(5)}, self.reference()])
        if random.random() < 0.12:
            return self.reference()
        schema = {}
        for _ in range(random.randrange(1, 4)):
            keywords = random.choice([self.plain, self.array, self.object, self.combined, self.plain])
            schema.update(keywords(depth - 1))
        return schema

    def reference(self):
        return {"$ref": "#/definitions/" + random.choice(["p", "q"])}

    def type(self):
        return random.choice(["null", "boolean", "object", "array", "number", "integer", "string"])

    def plain(self, depth):
        def bound(name):
            if self.draft == 0:
                return {name: random.randrange(-2, 6), "exclusive" + name.capitalize(): random.random() < 0.5}
            if random.random() < 0.5:
                return {"exclusive" + name.capitalize(): random.randrange(-2, 6)}
            return {name: random.choice([-1, 0, 1.5, 3])}

        choices = [
            lambda: {"type": self.type()},
            lambda: {"type": random.sample(["null", "boolean", "object", "array", "integer", "string"], 2)},
            lambda: {"enum": [self.value(2) for _ in range(random.randrange(1, 5))]},
            lambda: bound("minimum"),
            lambda: bound("maximum"),
            lambda: {"multipleOf": random.choice([1, 2, 3, 0.5, 0.25])},
            lambda: {"minLength": random.randrange(4)},
            lambda: {"maxLength": random.randrange(4)},
            lambda: {"pattern": random.choice(PATTERNS)},
        ]
        if self.draft >= 1:
            choices.append(lambda: {"const": self.value(2)})
        return random.choice(choices)()

    def array(self, depth):
        schemas = lambda: [self.schema(depth) for _ in range(random.randrange(1, 3))]
        choices = [
            lambda: {"items": self.schema(depth)},
            lambda: {"minItems": random.randrange(4)},
            lambda: {"maxItems": random.randrange(4)},
            lambda: {"uniqueItems": True},
        ]
        if self.draft <= 3:
            choices.append(lambda: {"items": schemas(), "additionalItems": self.schema(depth)})
        else:
            choices.append(lambda: {"prefixItems": schemas(), "items": self.schema(depth)})
        if self.draft >= 1:
            choices.append(lambda: {"contains": self.schema(depth)})
        if self.draft >= 3:
            choices.append(lambda: {
                "contains": self.schema(depth), "minContains": random.randrange(3),
                "maxContains": random.randrange(1, 4)})
        # In 2019-09 jsonschema 4.26 counts what `contains` matches, which is a rule of 2020-12.
        if self.draft >= 4:
            choices.append(lambda: {"unevaluatedItems": self.schema(depth)})
        return random.choice(choices)()

    def object(self, depth):
        named = lambda: {name: self.schema(depth) for name in random.sample(NAMES, random.randrange(1, 4))}
        names = lambda: random.sample(NAMES, random.randrange(1, 3))
        choices = [
            lambda: {"properties": named()},
            lambda: {"patternProperties": {random.choice(PATTERNS): self.schema(depth)}},
            lambda: {"additionalProperties": self.schema(depth)},
            lambda: {"properties": named(), "additionalProperties": self.schema(depth)},
            lambda: {"required": names()},
            lambda: {"minProperties": random.randrange(3)},
            lambda: {"maxProperties": random.randrange(3)},
        ]
        if self.draft >= 1:
            choices.append(lambda: {"propertyNames": self.schema(depth)})
        if self.draft <= 2:
            choices.append(lambda: {"dependencies": {random.choice(NAMES): random.choice([names(), self.schema(depth)])}})
        else:
            choices.append(lambda: {"dependentRequired": {random.choice(NAMES): names()}})
            choices.append(lambda: {"dependentSchemas": {random.choice(NAMES): self.schema(depth)}})
        # In 2019-09 jsonschema 4.26 does not see what another schema's additionalProperties has looked at.
        if self.draft >= 4:
            choices.append(lambda: {"unevaluatedProperties": self.schema(depth)})
        return random.choice(choices)()

    def combined(self, depth):
        schemas = lambda: [self.schema(depth) for _ in range(random.randrange(1, 4))]
        choices = [
            lambda: {"allOf": schemas()},
            lambda: {"anyOf": schemas()},
            lambda: {"oneOf": schemas()},
            lambda: {"not": self.schema(depth)},
        ]
        if self.draft >= 2:
            choices.append(lambda: {
                "if": self.schema(depth), "then": self.schema(depth), "else": self.schema(depth)})
        return random.choice(choices)()


def main():
    count, path, seed = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    random.seed(seed)
    written = fitting = 0
    with open(path, "w") as file:
        while written < count:
            draft = random.randrange(len(DRAFTS))
            maker = Maker(draft)
            schema = maker.schema()
            if not isinstance(schema, dict):
                continue
            if draft <= 2 and "$ref" in schema:
                schema = {"allOf": [schema]}
            schema = dict(schema)
            schema["$schema"] = DRAFTS[draft][0]
            # References lead to these only, which do not lead further: nothing turns in circles.
            schema["definitions"] = {"p": {"type": "integer"}, "q": {"properties": {"a": {"type": "string"}}}}
            validator = DRAFTS[draft][1](schema)
            for _ in range(4):
                value = maker.value()
                try:
                    fits = validator.is_valid(value)
                except TypeError:  # jsonschema 4.26 fails on `additionalItems` beside `items: false`.
                    continue
                fitting += fits
                written += 1
                file.write(json.dumps({"schema": schema, "value": value, "fits": fits}, ensure_ascii=False) + "\n")
    print(written, "cases,", fitting, "fit")


main()
