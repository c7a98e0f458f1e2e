import HashTreeCollections
import JSON
import SchemaFormat
import Testing

@testable import SchemaRegistry

@Suite struct RegistrationTests {
    /// A store that is changed step by step.
    private struct Desk {
        var store = SubjectStore()
        var rules = RegistryRules()
        let library = SchemaLibrary([WordLanguage(), WordLanguage(type: .json)])

        var registration: Registration { Registration(library: library, rules: rules) }

        mutating func write(_ entries: [RegistryEntry]) {
            for entry in entries {
                let outcome = store.apply(entry)
                #expect(outcome == .applied)
            }
        }

        @discardableResult mutating func register(
            _ subject: String, _ text: String, _ change: (inout SchemaDraft) -> Void = { _ in },
            normalize: Bool = false, force: Bool = false
        ) throws(RegistryError) -> RegisteredSchema {
            var draft = SchemaDraft(text: text)
            change(&draft)
            let planned = try registration.register(
                draft, as: subject, normalize: normalize, force: force, in: store)
            write(planned.entries)
            guard let schema = store.schema(planned.result) else { throw .schemaNotFound }
            return schema
        }

        mutating func set(_ scope: String?, _ change: (inout SubjectConfig) -> Void) {
            var config = SubjectConfig()
            change(&config)
            write([RegistryEntry(.config(subject: scope), .config(config))])
        }

        mutating func set(_ scope: String?, _ mode: RegistryMode) {
            write([RegistryEntry(.mode(subject: scope), .mode(mode))])
        }

        mutating func delete(_ subject: String, _ version: Int, permanently: Bool = false) throws(RegistryError) {
            write(
                try SubjectDeletion.version(.number(version), of: subject, permanently: permanently, in: store).entries)
        }
    }

    private func code(_ body: () throws(RegistryError) -> Void) -> Int? {
        do {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func theSameSchemaHasTheSameIDInAContext() throws {
        var desk = Desk()
        #expect(try desk.register("s", "a").id == 1)
        #expect(try desk.register("t", "b").id == 2)
        #expect(try desk.register("t", "b c?").version == 2)
        #expect(try desk.register("u", "a").id == 1)
        #expect(try desk.register(":.c:s", "x").id == 1, "ids are counted in each context")
        #expect(try desk.register(":.c:s", "x a?").id == 2)
        // Another language, references or metadata make another schema.
        #expect(try desk.register("v", "a", { $0.type = "JSON" }).id == 4)
        #expect(try desk.register("w", "a", { $0.metadata = SchemaMetadata(properties: ["k": "v"]) }).id == 5)
    }

    @Test func aLevelCountsFromTheSubjectUpwards() throws {
        var desk = Desk()
        try desk.register("s", "a")
        #expect(code { () throws(RegistryError) in try desk.register("s", "a b") } == 40901)
        desk.set(":.__GLOBAL:") { $0.level = CompatibilityLevel.none }
        try desk.register("s", "a b")
        desk.set(nil) { $0.level = .backward }
        #expect(code { () throws(RegistryError) in try desk.register("s", "a b c") } == 40901)
        desk.set("s") { $0.normalize = true }
        #expect(
            code { () throws(RegistryError) in try desk.register("s", "a b c") } == 40901, "the level is that of above")
        desk.set("s") { $0.level = .forward }
        try desk.register("s", "c b a")
        #expect(desk.store.latest(of: "s")?.text == "c b a")
        try desk.register(":.c:s", "a")
        try desk.register(":.c:s", "z")
        desk.set(":.c:") { $0.level = .full }
        #expect(code { () throws(RegistryError) in try desk.register(":.c:s", "y") } == 40901)
        try desk.register(":.c:s", "y", force: true)
    }

    @Test func deletedVersionsDoNotCount() throws {
        var desk = Desk()
        try desk.register("s", "a")
        try desk.delete("s", 1)
        let next = try desk.register("s", "b")
        #expect(next.version == 2 && next.id == 2)
        // The first one comes back under its old id, as a further version.
        desk.set("s") { $0.level = CompatibilityLevel.none }
        let again = try desk.register("s", "a")
        #expect(again.version == 3 && again.id == 1)
        #expect(desk.store.versions(of: "s", .all).map(\.version) == [2, 3])
    }

    @Test func onlyVersionsOfTheSameGroupAreCompared() throws {
        var desk = Desk()
        desk.set("s") { $0.group = "major" }
        let group = { (value: String) in
            { (draft: inout SchemaDraft) in draft.metadata = SchemaMetadata(properties: ["major": value]) }
        }
        try desk.register("s", "a", group("1"))
        try desk.register("s", "b", group("2"))
        #expect(code { () throws(RegistryError) in try desk.register("s", "c", group("2")) } == 40901)
        try desk.register("s", "a x?", group("1"))
    }

    @Test func metadataAndRulesComeFromTheConfigurationAndTheVersionBefore() throws {
        var desk = Desk()
        desk.set("s") {
            $0.defaultMetadata = SchemaMetadata(properties: ["owner": "nobody", "team": "core"])
            $0.overrideMetadata = SchemaMetadata(properties: ["region": "eu"])
        }
        let first = try desk.register("s", "a", { $0.metadata = SchemaMetadata(properties: ["owner": "me"]) })
        #expect(first.metadata?.properties == ["owner": "me", "team": "core", "region": "eu"])
        let second = try desk.register("s", "a b?")
        #expect(second.metadata == first.metadata)
        #expect(try desk.register("s", "a b?").version == 2, "the same with what would be added")
        let numbered = try desk.register("s", "a b? c?", { $0.version = -1 })
        #expect(numbered.metadata?.properties["confluent:version"] == "3")
        #expect(try desk.register("s", "a b? c? d?").metadata?.properties["confluent:version"] == "4")
        // An empty text is that of the version before.
        let empty = try desk.register("s", " ", { $0.metadata = SchemaMetadata(properties: ["owner": "you"]) })
        #expect(empty.text == "a b? c? d?" && empty.version == 5)
    }

    @Test func reservedFieldsAreKeptFree() throws {
        var desk = Desk()
        desk.set("s") { $0.validateFields = true }
        let reserving = { (names: String) in
            { (draft: inout SchemaDraft) in
                draft.metadata = SchemaMetadata(properties: ["confluent:reserved": names])
            }
        }
        try desk.register("s", "a", reserving("x, y"))
        do {
            try desk.register("s", "a x?", reserving("x"))
            #expect(Bool(false), "x is reserved")
        } catch {
            #expect(error.code == 40901)
            #expect(error.message.contains("The new schema has reserved field y removed from its metadata"))
            #expect(error.message.contains("conflicts with the reserved field x."))
            #expect(error.message.contains("{validateFields: 'true', compatibility: 'BACKWARD'}"))
        }
    }

    @Test func normalFormsAreTheSameSchema() throws {
        var desk = Desk()
        #expect(try desk.register("s", "b a", normalize: true).text == "a b")
        #expect(try desk.register("s", "a b", normalize: true).version == 1)
        desk.set("s") { $0.normalize = true }
        #expect(try desk.register("s", "b  a").version == 1)
        let found = try desk.registration.lookUp(
            SchemaDraft(text: "b a"), in: "s", normalize: false, includingDeleted: false, desk.store)
        #expect(found?.version == 1)
    }

    @Test func rulesForNewSchemasBindNoOthers() throws {
        var desk = Desk()
        #expect(code { () throws(RegistryError) in try desk.register("s", "a~") } == 42201)
        desk.set("s") { $0.validateNewSchemas = false }
        try desk.register("s", "a~")
        desk.set("s") { $0.validateNewSchemas = true }
        #expect(
            try desk.registration.lookUp(
                SchemaDraft(text: "a~"), in: "s", normalize: false, includingDeleted: false, desk.store)?.version == 1)
    }

    @Test func importsBringTheirIDsAndVersions() throws {
        var desk = Desk()
        desk.set("i", .import)
        #expect(code { () throws(RegistryError) in try desk.register("i", "a") } == 42205)
        #expect(try desk.register("i", "a", { ($0.id, $0.version) = (20, 4) }).version == 4)
        #expect(try desk.register("i", "z", { ($0.id, $0.version) = (21, 2) }).version == 2, "whatever was before")
        #expect(code { () throws(RegistryError) in try desk.register("i", "q", { $0.id = 20 }) } == 42205)
        #expect(try desk.register("s", "next").id == 22)
        #expect(code { () throws(RegistryError) in try desk.register("s", "x", { $0.id = 30 }) } == 42205)
        // An id whose version is overwritten is not given again, compaction or not.
        let entries = try desk.registration.register(
            {
                var draft = SchemaDraft(text: "over")
                (draft.id, draft.version) = (19, 2)
                return draft
            }(), as: "i", normalize: false, force: false, in: desk.store
        ).entries
        #expect(entries.count == 1, "21 is not the highest")
    }

    @Test func modesStandAboveEachOther() throws {
        var desk = Desk()
        desk.set(nil, .readOnly)
        #expect(code { () throws(RegistryError) in try desk.register("s", "a") } == 42205)
        desk.set("s", .readWrite)
        try desk.register("s", "a")
        desk.set(nil, .readOnlyOverride)
        #expect(code { () throws(RegistryError) in try desk.register("s", "a b?") } == 42205)
        #expect(code { () throws(RegistryError) in try desk.delete("s", 1) } == 42205)
        desk.set(nil, .readWrite)
        desk.set(":.c:", .readOnly)
        #expect(code { () throws(RegistryError) in try desk.register(":.c:s", "a") } == 42205)
        desk.rules.allowsModeChanges = false
        #expect(
            code { () throws(RegistryError) in
                _ = try SettingChange.setMode("s", .readOnly, force: false, rules: desk.rules, in: desk.store)
            } == 42205)
    }

    @Test func referencesLeadSomewhereAndAreKept() throws {
        var desk = Desk()
        try desk.register("base", "a")
        try desk.register("mid", "@base b", { $0.references = [.init(name: "base", subject: "base", version: 1)] })
        let references = [SchemaReference(name: "mid", subject: "mid", version: -1)]
        let top = try desk.register("top", "@mid @base c", { $0.references = references })
        #expect(top.references.map(\.version) == [1], "the latest is a number once it is registered")
        #expect(try desk.register("top", "@mid @base c", { $0.references = references }).version == 1)
        #expect(code { () throws(RegistryError) in try desk.delete("base", 1) } == 42206)
        do {
            try desk.register("bad", "@q", { $0.references = [.init(name: "q", subject: "q", version: 3)] })
            #expect(Bool(false), "there is no q")
        } catch {
            #expect(error.code == 42201)
            #expect(error.message.hasSuffix("details: No schema reference found for subject \"q\" and version 3"))
        }
        // What is deleted softly leads nowhere for new schemas, and on for those that have it.
        try desk.delete("top", 1)
        try desk.delete("mid", 1)
        #expect(
            code { () throws(RegistryError) in
                try desk.register("top2", "@mid", { $0.references = [.init(name: "mid", subject: "mid", version: 1)] })
            } == 42201)
        #expect(code { () throws(RegistryError) in try desk.delete("mid", 1, permanently: true) } == 42206)
        try desk.delete("top", 1, permanently: true)
        try desk.delete("mid", 1, permanently: true)
        // In a context, a subject without one is of that context.
        try desk.register(":.c:base", "k")
        try desk.register(":.c:user", "@base", { $0.references = [.init(name: "base", subject: "base", version: 1)] })
        #expect(
            desk.store.versions(referringTo: .init(subject: ":.c:base", version: 1), includingDeleted: false).count == 1
        )
    }

    @Test func anImportedSubjectBeginsAnew() throws {
        var desk = Desk()
        try desk.register("s", "a")
        let refused = code { () throws(RegistryError) in
            _ = try SettingChange.setMode("s", .import, force: false, rules: desk.rules, in: desk.store)
        }
        #expect(refused == 42205)
        try desk.delete("s", 1)
        desk.write(
            try SettingChange.setMode("s", .import, force: false, rules: desk.rules, in: desk.store).entries)
        #expect(desk.store.versions(of: "s", .all).isEmpty)
        #expect(try desk.register("s", "b", { ($0.id, $0.version) = (1, 1) }).id == 1)
        #expect(try desk.register("t", "c").id == 2)
    }
}
