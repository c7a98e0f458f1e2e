import HashTreeCollections
import LogHarness
import SchemaFormat
import Testing

@testable import SchemaRegistry

/// What becomes of writes of which nobody knows whether they are there, and of two that write at once.
@Suite struct RegistryWriterTests {
    /// A registry's reading and writing half on a topic in memory.
    private struct Node {
        let state: RegistryState
        let standing = Standing()
        let writer: RegistryWriter
        let registration: Registration

        init(_ topic: MemoryTopic) async throws {
            let logger = LogLines().logger
            state = RegistryState(logger: logger)
            let log = topic.makeLog()
            writer = RegistryWriter(
                log: log, state: state, standing: standing, timeout: .seconds(5), logger: logger)
            var rules = RegistryRules()
            rules.level = .none
            registration = Registration(library: SchemaLibrary([WordLanguage()]), rules: rules)
            standing.set(.writer)
            try await log.start({ [state] in state.apply($0) }, reached: { [state] in state.reached($0) })
        }

        /// Registers and returns the id.
        func register(_ subject: String, _ text: String) async throws -> Int {
            let registration = registration
            let (key, store) = try await writer.perform { store throws(RegistryError) in
                try registration.register(
                    SchemaDraft(text: text), as: subject, normalize: false, force: false, in: store)
            }
            return try #require(store.schema(key)).id
        }

        func delete(_ subject: String, permanently: Bool) async throws {
            _ = try await writer.perform { store throws(RegistryError) in
                try SubjectDeletion.subject(subject, permanently: permanently, in: store)
            }
        }
    }

    @Test func aWriterClaimsTheRightBeforeItsFirstChange() async throws {
        let topic = MemoryTopic(), node = try await Node(topic)
        #expect(try await node.register("s", "a") == 1)
        #expect(try await node.register("s", "b") == 2)
        let keys = try topic.history().entries.map(\.entry.key)
        #expect(
            keys == [
                .noop, .schema(.init(subject: "s", version: 1)), .schema(.init(subject: "s", version: 2)),
            ])
        #expect(Set(topic.records.map(\.writer)).count == 1)
    }

    @Test func aRegistryThatIsNotTheWriterWritesNothing() async throws {
        let topic = MemoryTopic(), node = try await Node(topic)
        node.standing.set(.follower(url: "http://other:1"))
        await #expect(throws: RegistryWriter.NotWriter.self) { try await node.register("s", "a") }
        #expect(topic.records.isEmpty)
    }

    @Test func whatWasWrittenWithoutAnAnswerIsFoundAgain() async throws {
        let topic = MemoryTopic(), node = try await Node(topic)
        #expect(try await node.register("s", "a") == 1)
        topic.plan([.answerLost])
        await #expect(throws: WriteFailure.timedOut) { try await node.register("s", "b") }
        #expect(node.state.store.latest(of: "s")?.text == "b")
        // The same again is the same schema, and another one is another.
        #expect(try await node.register("s", "b") == 2)
        #expect(try await node.register("s", "c") == 3)
    }

    @Test func anIDThatWasLostIsGivenToTheNext() async throws {
        let topic = MemoryTopic(), node = try await Node(topic)
        #expect(try await node.register("s", "a") == 1)
        topic.plan([.lost])
        await #expect(throws: WriteFailure.timedOut) { try await node.register("s", "b") }
        #expect(try await node.register("s", "c") == 2)
        #expect(node.state.store.versions(of: "s").map(\.text) == ["a", "c"])
    }

    @Test func aRecordThatComesTooLateCountsForNothing() async throws {
        let topic = MemoryTopic(), node = try await Node(topic)
        #expect(try await node.register("s", "a") == 1)
        topic.plan([.held])
        await #expect(throws: WriteFailure.timedOut) { try await node.register("s", "b") }
        #expect(try await node.register("s", "c") == 2)
        // It would be version 2 of s with the id 2, which is another schema's by now.
        topic.releaseHeld()
        #expect(node.state.store.versions(of: "s").map(\.text) == ["a", "c"])
        #expect(node.state.store.disputed == [.schema(.init(subject: "s", version: 2))])
        // The next change says again what others may have lost, and compaction with them.
        #expect(try await node.register("s", "d") == 3)
        #expect(node.state.store.disputed.isEmpty)
        let history = try topic.history()
        let answers = StoreAnswers(node.state.store).withoutHighestIDs
        for count in [0, history.entries.count - 1, history.entries.count] {
            let rest = try history.compacted(first: count, dropsTombstones: true).store()
            #expect(StoreAnswers(rest).withoutHighestIDs == answers)
        }
        let others = try history.compacted(first: history.entries.count, dropsTombstones: true)
            .store(heedsClaims: false)
        #expect(StoreAnswers(others).versions == answers.versions)
    }

    @Test func aDeletionThatComesTooLateIsTakenBack() async throws {
        let topic = MemoryTopic(), node = try await Node(topic)
        #expect(try await node.register("s", "a") == 1)
        topic.plan([.held])
        await #expect(throws: WriteFailure.timedOut) { try await node.delete("s", permanently: false) }
        #expect(try await node.register("s", "b") == 2)
        topic.releaseHeld()
        #expect(node.state.store.versions(of: "s").map(\.text) == ["a", "b"])
        #expect(try await node.register("s", "c") == 3)
        let others = try topic.history().store(heedsClaims: false)
        #expect(others.versions(of: "s").map(\.text) == ["a", "b", "c"])
    }

    @Test func anIDIsNotGivenAgainOnceItsSchemaIsGone() async throws {
        let topic = MemoryTopic(), node = try await Node(topic)
        #expect(try await node.register("s", "a") == 1)
        #expect(try await node.register("t", "b") == 2)
        try await node.delete("t", permanently: false)
        try await node.delete("t", permanently: true)
        let compacted = try topic.history().compacted(first: topic.records.count, dropsTombstones: true).store()
        #expect(compacted.subjects.map(\.key) == ["s"] && compacted.highestIDs == [".": 2])
        let next = MemoryTopic()
        for entry in try topic.history().compacted(first: topic.records.count, dropsTombstones: true).entries {
            next.append([entry.entry], entry.writer)
        }
        #expect(try await Node(next).register("u", "c") == 3)
    }

    @Test func ofTwoThatWriteOnlyOneCountsAtATime() async throws {
        let topic = MemoryTopic()
        let first = try await Node(topic), second = try await Node(topic)
        #expect(try await first.register("s", "a") == 1)
        // The second claims; the first finds out when what it writes does not count, and claims again.
        #expect(try await second.register("s", "b") == 2)
        // What did not count has used up its id.
        #expect(try await first.register("s", "c") == 4)
        #expect(try await second.register("t", "d") == 6)
        #expect(StoreAnswers(first.state.store) == StoreAnswers(second.state.store))
        #expect(first.state.store.versions(of: "s").map(\.id) == [1, 2, 4])
    }

    @Test(arguments: 0..<20) func whatIsAnsweredStaysWhateverIsLostAndWhoeverWrites(_ number: Int) async throws {
        let seed = UInt64(number) &* 104_729 &+ 5
        var random = SeededGenerator(seed: seed)
        let topic = MemoryTopic()
        let nodes = [try await Node(topic), try await Node(topic)]
        var acknowledged: [(subject: String, text: String, id: Int)] = []
        for step in 0..<60 {
            let dice = Int.random(in: 0..<10, using: &random)
            if dice < 3 { topic.plan([[.answerLost, .lost, .held][dice]]) }
            if dice == 9 { topic.releaseHeld() }
            let subject = ["a", "b"].randomElement(using: &random) ?? "", text = "t\(step)"
            let node = nodes[Int.random(in: 0...1, using: &random)]
            guard let id = try? await node.register(subject, text) else { continue }
            acknowledged.append((subject, text, id))
        }
        topic.heal()
        topic.releaseHeld()
        let last = try await nodes[0].register("end", "end")
        let store = nodes[0].state.store
        #expect(StoreAnswers(store) == StoreAnswers(nodes[1].state.store), "seed \(seed)")
        for (subject, text, id) in acknowledged {
            let found = store.versions(of: subject).filter { $0.text == text }
            #expect(found.map(\.id) == [id], "seed \(seed): \(text)")
        }
        #expect(Set(acknowledged.map(\.id)).count == acknowledged.count && !acknowledged.map(\.id).contains(last))
        let history = try topic.history(), answers = StoreAnswers(store).withoutHighestIDs
        for count in [20, history.entries.count] {
            let rest = try history.compacted(first: count, dropsTombstones: true).store()
            #expect(StoreAnswers(rest).withoutHighestIDs == answers, "seed \(seed), \(count) records compacted")
        }
        #expect(StoreAnswers(try history.store(heedsClaims: false)).versions == answers.versions, "seed \(seed)")
    }
}
