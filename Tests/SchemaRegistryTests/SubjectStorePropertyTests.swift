import HashTreeCollections
import SchemaFormat
import Testing

@testable import SchemaRegistry

/// Random histories against a model that does it the simple way, and against what compaction leaves of them.
@Suite struct SubjectStorePropertyTests {
    /// Subjects as anyone would write them down.
    private struct Model {
        struct Version {
            var text: String
            var id: Int
            var isDeleted = false
        }

        var subjects: [String: [Int: Version]] = [:]
        var highest: [String: Int] = [:]

        private func context(_ subject: String) -> String { subject.hasPrefix(":.") ? ".c" : "." }

        private func live(_ subject: String) -> [Int: Version] {
            subjects[subject, default: [:]].filter { !$0.value.isDeleted }
        }

        mutating func register(_ subject: String, _ text: String) -> (id: Int, version: Int) {
            let own = subjects[subject, default: [:]]
            if let same = live(subject).filter({ $0.value.text == text }).map(\.key).max() {
                return (own[same]?.id ?? 0, same)
            }
            let everywhere = subjects.filter { context($0.key) == context(subject) }.flatMap(\.value.values)
            let known = everywhere.filter { $0.text == text }.map(\.id).min()
            let id = known ?? highest[context(subject), default: 0] + 1
            highest[context(subject)] = max(highest[context(subject), default: 0], id)
            let version = (own.keys.max() ?? 0) + 1
            for (number, old) in own where old.isDeleted && old.id == id { subjects[subject]?[number] = nil }
            subjects[subject, default: [:]][version] = Version(text: text, id: id)
            return (id, version)
        }

        mutating func delete(_ subject: String, _ version: Int, permanently: Bool) -> Int? {
            guard let found = subjects[subject]?[version] else { return subjects[subject] == nil ? 40401 : 40402 }
            if found.isDeleted, !permanently { return 40406 }
            if permanently, !found.isDeleted { return 40407 }
            if permanently {
                subjects[subject]?[version] = nil
                if subjects[subject]?.isEmpty == true { subjects[subject] = nil }
            } else {
                subjects[subject]?[version]?.isDeleted = true
            }
            return nil
        }

        mutating func delete(_ subject: String, permanently: Bool) -> Int? {
            guard subjects[subject] != nil else { return 40401 }
            if !permanently, live(subject).isEmpty { return 40404 }
            if permanently, !live(subject).isEmpty { return 40405 }
            if permanently {
                subjects[subject] = nil
            } else {
                for number in subjects[subject, default: [:]].keys { subjects[subject]?[number]?.isDeleted = true }
            }
            return nil
        }

        var versions: Set<StoreAnswers.Version> {
            Set(
                subjects.flatMap { subject, versions in
                    versions.map {
                        .init(
                            subject: subject, version: $0.key, id: $0.value.id, text: $0.value.text,
                            isDeleted: $0.value.isDeleted)
                    }
                })
        }
    }

    /// One that makes changes and writes down what they write.
    private struct Run {
        var model = Model()
        var store = SubjectStore()
        var history = History()
        var random: SeededGenerator
        let registration: Registration
        private static let subjects = ["a", "b", "c-value", ":.c:a", ":.c:b"]

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            var rules = RegistryRules()
            rules.level = .none
            registration = Registration(library: SchemaLibrary([WordLanguage()]), rules: rules)
        }

        mutating func write(_ entries: [RegistryEntry]) {
            for entry in entries {
                history.entries.append(.init(entry: entry))
                let outcome = store.apply(entry)
                #expect(outcome == .applied)
            }
        }

        /// Makes a change, and returns what the model and the store say of it.
        mutating func step() throws -> (model: Int?, store: Int?) {
            let subject = Self.subjects.randomElement(using: &random) ?? ""
            let text = ["x", "y", "x y", "z", "x z?"].randomElement(using: &random) ?? ""
            let isPermanent = Bool.random(using: &random)
            do {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5:
                    let change = try registration.register(
                        SchemaDraft(text: text), as: subject, normalize: false, force: false, in: store)
                    write(change.entries)
                    let expected = model.register(subject, text)
                    let found = store.schema(change.result)
                    #expect(found?.id == expected.id && found?.version == expected.version && found?.text == text)
                    return (nil, nil)
                case 5..<8:
                    let version = Int.random(in: 1...4, using: &random)
                    let expected = model.delete(subject, version, permanently: isPermanent)
                    do {
                        write(
                            try SubjectDeletion.version(
                                .number(version), of: subject, permanently: isPermanent, in: store
                            ).entries)
                        return (expected, nil)
                    } catch {
                        return (expected, error.code)
                    }
                default:
                    let expected = model.delete(subject, permanently: isPermanent)
                    do {
                        write(
                            try SubjectDeletion.subject(subject, permanently: isPermanent, in: store).entries)
                        return (expected, nil)
                    } catch {
                        return (expected, error.code)
                    }
                }
            }
        }
    }

    @Test(arguments: 0..<40) func aHistoryIsWhatAModelSaysAndWhatCompactionLeavesOfIt(_ number: Int) throws {
        let seed = UInt64(number) &* 7919 &+ 1
        var run = Run(seed: seed)
        for step in 0..<150 {
            let codes = try run.step()
            #expect(codes.model == codes.store, "seed \(seed), step \(step)")
            #expect(StoreAnswers(run.store).versions == run.model.versions, "seed \(seed), step \(step)")
        }
        let answers = StoreAnswers(run.store)
        #expect(answers.highestIDs == run.model.highest, "seed \(seed)")
        #expect(StoreAnswers(try run.history.store()) == answers, "seed \(seed)")
        for count in [50, 100, run.history.entries.count] {
            for dropsTombstones in [false, true] {
                let rest = run.history.compacted(first: count, dropsTombstones: dropsTombstones)
                #expect(
                    StoreAnswers(try rest.store()) == answers,
                    "seed \(seed), \(count) records compacted, tombstones dropped: \(dropsTombstones)")
            }
        }
    }
}
