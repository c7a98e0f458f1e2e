import Coordination
import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

@Suite struct TransactionalOffsetTests {
    @Test(arguments: [false, true], [TransactionOutcome.commit, .abort])
    func offsetsCountWithTheirTransaction(bumpsEpoch: Bool, outcome: TransactionOutcome) async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            let client = try await TransactionClient.start(server, bumpsEpoch: bumpsEpoch)
            if !bumpsEpoch { #expect(try await client.addOffsets("g") == .none) }
            #expect(try await client.commit(7, of: "t", group: "g") == .none)
            #expect(try await server.offset("t", group: "g").offset == -1)
            #expect(try await server.offset("t", group: "g", requireStable: true).error == .unstableOffsetCommit)
            #expect(try await client.end(outcome) == .none)
            try await wait(for: "the marker") {
                try await server.offset("t", group: "g", requireStable: true).error == .none
            }
            #expect(try await server.offset("t", group: "g").offset == (outcome == .commit ? 7 : -1))
        }
    }

    @Test func offsetsAreSafeThroughARestartAndACrash() async throws {
        let directory = try TestDirectory()
        let crashed = try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            let client = try await TransactionClient.start(server, "first")
            #expect(try await client.addOffsets("g") == .none)
            #expect(try await client.commit(7, of: "t", group: "g") == .none)
            #expect(try await client.end(.commit) == .none)
            try await wait(for: "the commit") { try await server.offset("t", group: "g").offset == 7 }
            let open = try await TransactionClient.start(server, "second")
            #expect(try await open.addOffsets("g") == .none)
            #expect(try await open.commit(9, of: "t", group: "g") == .none)
            return try directory.copy()
        }
        for directory in [directory, crashed] {
            try await TestBroker.with(in: directory) { server in
                #expect(try await server.offset("t", group: "g").offset == 7)
                #expect(try await server.offset("t", group: "g", requireStable: true).error == .unstableOffsetCommit)
                // The next producer of its name aborts what was open.
                _ = try await TransactionClient.start(server, "second")
                try await wait(for: "the abort") {
                    try await server.offset("t", group: "g", requireStable: true).error == .none
                }
                #expect(try await server.offset("t", group: "g").offset == 7)
            }
        }
    }

    @Test func offsetsOutsideOfTheTransactionAreRefused() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            let client = try await TransactionClient.start(server)
            #expect(try await client.commit(7, of: "t", group: "g", version: 3) == .invalidTxnState)
            #expect(try await client.commit(7, of: "t", group: "g", version: 4) == .transactionAbortable)
            #expect(try await client.addOffsets("g") == .none)
            #expect(try await client.commit(7, of: "missing", group: "g") == .unknownTopicOrPartition)
            #expect(try await client.commit(7, of: "t", group: "g", partition: 3) == .unknownTopicOrPartition)
            #expect(try await client.commit(7, of: "t", group: "g", generation: 4, member: "m") == .illegalGeneration)
            #expect(try await client.commit(7, of: "t", group: "g") == .none)
            #expect(
                try await client.commit(7, of: "t", group: "g", generation: 4, member: "m") == .unknownMemberID)
            let zombie = TransactionClient(server)
            zombie.producer = client.producer
            _ = try await TransactionClient.start(server)
            #expect(try await zombie.commit(8, of: "t", group: "g") == .invalidProducerEpoch)
        }
    }

    @Test func copierCommitsRecordsAndOffsetsTogether() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("in")
            try await server.createTopic("out")
            try await server.makeGroupsReady()
            try await server.produce("in", (0..<10).map(String.init))
            let client = try await TransactionClient.start(server)
            for position in 0..<10 {
                for outcome in [TransactionOutcome.abort, .commit] {
                    try await client.write("out", ["\(position)"])
                    #expect(try await client.addOffsets("copier") == .none)
                    #expect(try await client.commit(Int64(position + 1), of: "in", group: "copier") == .none)
                    #expect(try await client.end(outcome) == .none)
                }
            }
            try await wait(for: "the last commit") {
                try await server.offset("in", group: "copier", requireStable: true).offset == 10
            }
            try await wait(for: "the last marker") {
                try await server.committed("out") == (0..<10).map(String.init)
            }
        }
    }
}
