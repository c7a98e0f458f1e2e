"""confluent-kafka's SchemaRegistryClient registers, evolves, looks up and deletes schemas of all three languages, and sets
levels and modes. Ends with 1 and a message at the first answer that is wrong.

A client remembers what it has seen, so that each question is put by a client of its own: what is checked is what the registry
says, not what the client knows.
"""

import argparse
import json

from confluent_kafka.schema_registry import (
    ConfigCompatibilityLevel, Metadata, MetadataProperties, Schema, SchemaRegistryClient, ServerConfig)

from registry_languages import LANGUAGES, Avro, Protobuf, check, refused, schema


class Registry:
    """The registry as a client sees it that knows nothing yet."""

    def __init__(self, url):
        self.url = url

    def __getattr__(self, name):
        return getattr(SchemaRegistryClient({"url": self.url}), name)


def versions_by_all_ways(registry, language):
    """Registers a schema and finds it by its id, its GUID, its version, as the latest, and by its text."""
    subject, text = f"{language.name}-found", language.schema()
    registered = registry.register_schema_full_response(subject, schema(language, text))
    number = registered.schema_id
    check(registry.register_schema(subject, schema(language, text)), number, f"{subject}: registered once more")
    check(registry.register_schema(f"{subject}-too", schema(language, text)), number, f"{subject}: its id elsewhere")

    latest = registry.get_latest_version(subject)
    check((latest.subject, latest.version, latest.schema_id), (subject, 1, number), f"{subject}: latest")
    first = registry.get_version(subject, 1)
    check((first.subject, first.version, first.schema_id), (subject, 1, number), f"{subject}: version 1")
    found = registry.get_schema(number, subject)
    check(found.schema_type, language.kind, f"{subject}: its language by id")
    check((latest.schema.schema_str, first.schema.schema_str), (found.schema_str, found.schema_str),
          f"{subject}: text by id, version and as the latest")
    if language is not Protobuf:
        check(json.loads(found.schema_str), json.loads(text), f"{subject}: text")
    check(registry.get_schema_by_guid(latest.guid).schema_str, found.schema_str, f"{subject}: by GUID")
    looked_up = registry.lookup_schema(subject, schema(language, text))
    check((looked_up.version, looked_up.schema_id), (1, number), f"{subject}: by text")
    check(sorted(registry.get_subjects_by_schema_id(number)), [subject, f"{subject}-too"], f"{subject}: its id's subjects")
    check(sorted((entry.subject, entry.version) for entry in registry.get_schema_versions(number)),
          [(subject, 1), (f"{subject}-too", 1)], f"{subject}: versions of its id")

    refused(lambda: registry.get_schema(999_999), 404, 40403, "an id that is not there")
    refused(lambda: registry.get_version(subject, 9), 404, 40402, "a version that is not there")
    refused(lambda: registry.get_latest_version("nowhere"), 404, 40401, "a subject that is not there")
    refused(lambda: registry.lookup_schema(subject, schema(language, language.newer())), 404, 40403,
            "a text that is not there")
    refused(lambda: registry.register_schema(subject, Schema("{ no schema", language.kind)), 422, 42201, "no schema")


def evolution(registry, language):
    """A compatible version is taken, an incompatible one refused until the level allows it."""
    subject = f"{language.name}-evolves"
    first = registry.register_schema(subject, schema(language, language.schema()))
    newer, broken = schema(language, language.newer()), schema(language, language.incompatible())
    check(registry.test_compatibility(subject, newer), True, f"{subject}: a newer version")
    check(registry.test_compatibility(subject, broken), False, f"{subject}: an incompatible one")
    check(registry.test_compatibility(subject, broken, 1), False, f"{subject}: incompatible with version 1")
    message = refused(lambda: registry.register_schema(subject, broken), 409, 40901, f"{subject}: what does not fit")
    check("incompatible" in message, True, f"{subject}: the message {message!r} says why")
    second = registry.register_schema(subject, newer)
    check(second != first, True, f"{subject}: the newer version has another id")
    check(registry.get_versions(subject), [1, 2], f"{subject}: versions")
    check(registry.get_latest_version(subject).schema_id, second, f"{subject}: the latest")

    refused(lambda: registry.get_compatibility(subject), 404, 40408, f"{subject}: a level where none is set")
    for level in ("BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "BACKWARD", "NONE"):
        registry.set_compatibility(subject, level)
        check(registry.get_compatibility(subject), level, f"{subject}: the level set")
        # With the latest version alone, Avro's would do; it is the first one that counts for the transitive levels.
        if level == "BACKWARD_TRANSITIVE":
            check(registry.test_compatibility_all_versions(subject, broken), False, f"{subject}: held against all")
            refused(lambda: registry.register_schema(subject, broken), 409, 40901, f"{subject}: held against all")
    check(registry.test_compatibility(subject, broken), True, f"{subject}: anything goes with NONE")
    third = registry.register_schema(subject, broken)
    check(registry.get_version(subject, 3).schema_id, third, f"{subject}: version 3 with NONE")
    registry.delete_config(subject)
    refused(lambda: registry.get_compatibility(subject), 404, 40408, f"{subject}: a level that was deleted")


def references(registry, language):
    """A schema refers to another; what it refers to may not be deleted, and what it refers to is answered."""
    subject, below = f"{language.name}-refers", f"{language.name}-customer"
    text = language.schema(reference=True)
    refused(lambda: registry.register_schema(subject, schema(language, text)), 422, 42201, "a reference to nowhere")
    registry.register_schema(below, schema(language, language.customer))
    whole = schema(language, text, [(language.reference, below, 1)])
    number = registry.register_schema(subject, whole)
    answered = registry.get_latest_version(subject).schema.references
    check([(entry.name, entry.subject, entry.version) for entry in answered], [(language.reference, below, 1)],
          f"{subject}: its references")
    check(registry.get_referenced_by(below, 1), [number], f"{below}: who refers to it")
    check(registry.lookup_schema(subject, whole).schema_id, number, f"{subject}: by its text")
    refused(lambda: registry.delete_version(below, "1"), 422, 42206, f"{below}: deleted while it is referred to")
    refused(lambda: registry.delete_subject(below), 422, 42206, f"{below}: the subject deleted while it is referred to")


def normalisation(registry, language):
    """Two texts that mean the same are one schema when they are normalised, and two when they are not."""
    subject = f"{language.name}-normal"
    number = registry.register_schema(subject, schema(language, language.schema()), normalize_schemas=True)
    other = schema(language, language.otherwise_written())
    check(registry.register_schema(subject, other, normalize_schemas=True), number, f"{subject}: the same, normalised")
    check(registry.lookup_schema(subject, other, normalize_schemas=True).version, 1, f"{subject}: found, normalised")
    check(registry.get_versions(subject), [1], f"{subject}: versions when normalised")
    if language is Avro:
        return  # The order of keys is no part of an Avro schema's text.
    registry.register_schema(subject, other)
    check(registry.get_versions(subject), [1, 2], f"{subject}: versions when not normalised")


def deletion(registry, language):
    """Versions and subjects are deleted softly, which can be looked at and taken back, and then for good."""
    subject = f"{language.name}-deleted"
    first = registry.register_schema(subject, schema(language, language.schema()))
    registry.register_schema(subject, schema(language, language.newer()))
    refused(lambda: registry.delete_version(subject, 1, permanent=True), 404, 40407, f"{subject}: for good at once")
    check(registry.delete_version(subject, 1), 1, f"{subject}: version 1 deleted")
    check(registry.get_versions(subject), [2], f"{subject}: what is left")
    check(registry.get_versions(subject, deleted=True), [1, 2], f"{subject}: what is left, and what was deleted")
    check(registry.get_version(subject, 1, deleted=True).schema_id, first, f"{subject}: what was deleted")
    refused(lambda: registry.get_version(subject, 1), 404, 40402, f"{subject}: a deleted version")
    refused(lambda: registry.delete_version(subject, 1), 404, 40406, f"{subject}: deleted twice")
    check(registry.get_schema(first).schema_type, language.kind, f"{subject}: a deleted version by its id")
    check(registry.delete_version(subject, 1, permanent=True), 1, f"{subject}: version 1 for good")
    check(registry.get_versions(subject, deleted=True), [2], f"{subject}: what is left for good")

    refused(lambda: registry.delete_subject(subject, permanent=True), 404, 40405, f"{subject}: for good at once")
    check(subject in registry.get_subjects(), True, f"{subject}: among the subjects")
    check(registry.delete_subject(subject), [2], f"{subject}: the subject deleted")
    check(subject in registry.get_subjects(), False, f"{subject}: among the subjects once deleted")
    check(subject in registry.get_subjects(deleted=True), True, f"{subject}: among the deleted subjects")
    refused(lambda: registry.get_latest_version(subject), 404, 40401, f"{subject}: the latest of a deleted subject")
    registry.register_schema(subject, schema(language, language.schema()))
    check(registry.get_versions(subject), [3], f"{subject}: numbers go on")
    check(registry.delete_subject(subject), [3], f"{subject}: deleted again")
    check(registry.delete_subject(subject, permanent=True), [2, 3], f"{subject}: for good")
    check(subject in registry.get_subjects(deleted=True), False, f"{subject}: among the deleted subjects, for good")
    refused(lambda: registry.get_versions(subject), 404, 40401, f"{subject}: for good")


def settings(registry):
    """The level and mode of everything and of a subject."""
    check(registry.get_compatibility(), "BACKWARD", "the level of everything")
    registry.set_compatibility(level="FULL")
    check(registry.get_compatibility(), "FULL", "the level of everything once set")
    check(registry.get_config().compatibility_level, "FULL", "the configuration of everything")
    registry.set_compatibility(level="BACKWARD")
    refused(lambda: registry.set_compatibility(level="SIDEWARD"), 422, 42203, "a level that is none")
    registry.set_config("configured", ServerConfig(ConfigCompatibilityLevel.FORWARD, compatibility_group="major"))
    found = registry.get_config("configured")
    check((found.compatibility_level, found.compatibility_group), ("FORWARD", "major"), "a subject's configuration")

    order = schema(Avro, Avro.schema())
    registry.register_schema("moded", order)
    check(registry.get_global_mode(), "READWRITE", "the mode of everything")
    refused(lambda: registry.get_mode("moded"), 404, 40409, "a mode where none is set")
    check(registry.update_mode("moded", "READONLY"), "READONLY", "a mode that is set")
    check(registry.get_mode("moded"), "READONLY", "a subject's mode")
    newer = schema(Avro, Avro.newer())
    refused(lambda: registry.register_schema("moded", newer), 422, 42205, "a subject that is only read")
    registry.delete_mode("moded")
    registry.register_schema("moded", newer)
    check(registry.update_global_mode("READONLY"), "READONLY", "the mode of everything once set")
    refused(lambda: registry.register_schema("other", order), 422, 42205, "a registry that is only read")
    registry.update_global_mode("READWRITE")
    refused(lambda: registry.update_global_mode("WRITEONLY"), 422, 42204, "a mode that is none")
    check(sorted(registry.get_schema_types()), ["AVRO", "JSON", "PROTOBUF"], "the languages")


def contexts(registry):
    """A context has subjects and ids of its own; pages of subjects follow each other."""
    check(registry.get_contexts(), ["."], "contexts before there is one")
    number = registry.register_schema(":.lab:probe", schema(Avro, '"string"'))
    check(number, 1, "ids begin anew in a context")
    check(registry.get_contexts(), [".", ".lab"], "contexts")
    check(json.loads(registry.get_schema(1, ":.lab:probe").schema_str), "string", "an id of a context")
    check(registry.get_subjects(subject_prefix=":.lab:"), [":.lab:probe"], "the subjects of a context")
    check(":.lab:probe" in registry.get_subjects(), True, "a context's subject among those of all contexts")
    check(":.lab:probe" in registry.get_subjects(subject_prefix=":.:"), False, "... among those of the default one")
    subjects = registry.get_subjects(subject_prefix="avro-")
    check(all(name.startswith("avro-") for name in subjects) and len(subjects) > 3, True, f"a prefix's {subjects}")
    pages = [registry.get_subjects(subject_prefix="avro-", offset=at, limit=2) for at in range(0, len(subjects), 2)]
    check(sum(pages, []), subjects, "the subjects page by page")


def metadata(registry):
    """The latest version with some metadata."""
    def tagged(text, owner):
        return Schema(text, "AVRO", metadata=Metadata(None, MetadataProperties({"owner": owner}), None))

    registry.register_schema("owned", tagged(Avro.schema(), "sales"))
    registry.register_schema("owned", tagged(Avro.newer(), "stock"))
    check(registry.get_latest_with_metadata("owned", {"owner": "sales"}).version, 1, "the latest of sales")
    check(registry.get_latest_version("owned").schema.metadata.properties.properties, {"owner": "stock"}, "metadata")
    refused(lambda: registry.get_latest_with_metadata("owned", {"owner": "nobody"}), 404, 40403, "nobody's version")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--registry", required=True)
    registry = Registry(parser.parse_args().registry)
    check(registry.get_subjects(), [], "the subjects of a new registry")
    for language in LANGUAGES:
        for step in (versions_by_all_ways, evolution, references, normalisation, deletion):
            step(registry, language)
    contexts(registry)
    settings(registry)
    metadata(registry)
    print(json.dumps({"languages": len(LANGUAGES)}))


if __name__ == "__main__":
    main()
