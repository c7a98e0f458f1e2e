import Foundation
import ServerHarness
import Testing

/// Input that no client should send: every time a clear error or a closed connection, and the server goes on.
@Suite(.timeLimit(.minutes(5)))
struct BadInputTests {
    private static let unsupportedVersion: Int16 = 35
    private static let invalidTopic: Int16 = 17

    /// Runs `body`, then checks that the server still serves and has not grown.
    private func withServer(
        growthLimitMiB: Int = 64, _ body: (ServerProcess) async throws -> Void
    ) async throws {
        // One event loop, so that the machine's number of cores does not count.
        try await ServerProcess.with(settings: ["num.network.threads": "1"]) { server in
            // What the first clients touch is not growth.
            for _ in 0..<50 {
                let connection = try RawConnection(port: server.port)
                connection.send(RawRequest.metadata(topic: "none", creating: false, correlationID: 1).frame)
                #expect(connection.receiveFrame() != nil)
            }
            _ = try await Command.kcat(["-L", "-b", server.bootstrap])
            let before = try server.memoryKiB(.anonymous)
            let processID = server.processID
            try await body(server)
            _ = try await Command.kcat(["-L", "-b", server.bootstrap])
            let grown = try (server.memoryKiB(.anonymous) - before) / 1024
            print("bad input: memory \(before / 1024) MiB before, \(grown) MiB more after")
            #expect(grown < growthLimitMiB)
            #expect(server.isRunning && server.processID == processID)
        }
    }

    @Test func randomBytesEndTheirConnectionOnly() async throws {
        let seed = UInt64.random(in: .min ... .max)
        print("random bytes: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        try await withServer { server in
            for round in 0..<300 {
                let connection = try RawConnection(port: server.port)
                var bytes = random.bytes(.random(in: 1...8192, using: &random))
                if round % 3 == 0, bytes.count > 12 {
                    // Every third is a frame of the right length and a known API, so that the bytes reach a decoder.
                    let length = UInt32(bytes.count - 4)
                    bytes.replaceSubrange(
                        0..<4, with: (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) })
                    bytes[4] = 0
                    bytes[5] = .random(in: 0..<70, using: &random)
                    bytes[6] = 0
                    bytes[7] = .random(in: 0..<10, using: &random)
                }
                connection.send(bytes)
                connection.finishSending()
                #expect(connection.receiveUntilClosed() != nil, "round \(round): still open")
            }
        }
    }

    @Test func aLengthOfTwoGibibytesClosesTheConnectionAtOnce() async throws {
        try await withServer { server in
            for length: [UInt8] in [[0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0]] {
                let connection = try RawConnection(port: server.port)
                connection.send(length + [0, 3, 0, 4])
                // The rest is not waited for.
                #expect(connection.receiveUntilClosed() == [])
            }
        }
    }

    @Test func manyPromisesOfLargeFramesTakeNoMemory() async throws {
        try await withServer { server in
            // Just below Kafka's own limit of 100 MiB a request; what is promised must not be allocated.
            let connections = try (0..<50).map { _ in
                let connection = try RawConnection(port: server.port)
                connection.send([0x06, 0x00, 0x00, 0x00, 0, 0, 0, 9])
                return connection
            }
            _ = try await Command.kcat(["-L", "-b", server.bootstrap])
            for connection in connections {
                connection.finishSending()
                #expect(connection.receiveUntilClosed() != nil)
            }
        }
    }

    @Test func aTruncatedFrameIsLetGoWithItsConnection() async throws {
        try await withServer { server in
            let frame = RawRequest.metadata(topic: "whole", creating: false, correlationID: 7).frame
            for count in 1..<frame.count {
                let connection = try RawConnection(port: server.port)
                connection.send(Array(frame[..<count]))
                connection.finishSending()
                #expect(connection.receiveUntilClosed() == [], "\(count) of \(frame.count) bytes")
            }
        }
    }

    @Test func fieldsThatReachBeyondTheFrameCloseTheConnection() async throws {
        try await withServer { server in
            var tooManyTopics = RawRequest(apiKey: 3, version: 4, correlationID: 1)
            tooManyTopics.append(Int32.max)
            var tooLongName = RawRequest(apiKey: 3, version: 4, correlationID: 1)
            tooLongName.append(Int32(1))
            tooLongName.append(Int16.max)
            for request in [tooManyTopics, tooLongName] {
                let connection = try RawConnection(port: server.port)
                connection.send(request.frame)
                #expect(connection.receiveUntilClosed() == [])
            }
        }
    }

    @Test(arguments: [(key: 9999, version: 0), (0, 0), (0, 2), (1, 3), (0, 99), (3, 99)])
    func anUnknownAPIOrVersionEndsTheConnection(key: Int16, version: Int16) async throws {
        try await withServer { server in
            let connection = try RawConnection(port: server.port)
            connection.send(RawRequest(apiKey: key, version: version, correlationID: 4711).frame)
            // As Kafka does: what an answer would look like, no one knows.
            #expect(connection.receiveUntilClosed() == [])
        }
    }

    @Test func anApiVersionsRequestFromTheFutureIsAnsweredInTheOldestForm() async throws {
        try await withServer { server in
            let connection = try RawConnection(port: server.port)
            connection.send(RawRequest(apiKey: 18, version: 99, correlationID: 12).frame)
            let answer = try #require(connection.receiveFrame())
            #expect(answer.integer(at: 0, as: Int32.self) == 12)
            #expect(answer.integer(at: 4, as: Int16.self) == Self.unsupportedVersion)
            // KIP-511: the list of what is supported comes along, so that the client can ask again.
            #expect((answer.integer(at: 6, as: Int32.self) ?? 0) > 0)
            connection.send(RawRequest(apiKey: 18, version: 0, correlationID: 13).frame)
            #expect(connection.receiveFrame()?.integer(at: 0, as: Int32.self) == 13)
        }
    }

    @Test(arguments: ["../x", "..", ".", "a/b", "", "a\u{0}b", String(repeating: "n", count: 250)])
    func aTopicNameThatIsNoneIsRefusedAndLeavesNoFile(name: String) async throws {
        try await withServer { server in
            let outside = try server.directory.names()
            let inside = try FileManager.default.contentsOfDirectory(atPath: server.dataDirectory.path()).sorted()
            let connection = try RawConnection(port: server.port)

            connection.send(RawRequest.metadata(topic: name, creating: true, correlationID: 1).frame)
            let metadata = try #require(connection.receiveFrame())
            let invalid = Self.invalidTopic
            #expect((4..<metadata.count).contains { metadata.integer(at: $0, as: Int16.self) == invalid })

            connection.send(RawRequest.createTopics(topic: name, correlationID: 2).frame)
            let created = try #require(connection.receiveFrame())
            // One topic: its name, then its error code, at the end of the answer.
            #expect(created.integer(at: created.count - 2, as: Int16.self) == invalid)

            #expect(try server.directory.names() == outside)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: server.dataDirectory.path()).sorted() == inside)
        }
    }

    @Test(arguments: ["confluent-kafka", "kafka-python", "aiokafka"])
    func clientsAreToldThatATopicNameIsNone(client: String) async throws {
        try await withServer { server in
            let outside = try server.directory.names()
            let result = try await Command.python(
                "create_topic.py", ["--client", client, "--bootstrap", server.bootstrap, "--topic", "../x"]
            ).json()
            let error = client == "confluent-kafka" ? "TOPIC_EXCEPTION" : "InvalidTopicError"
            #expect(result["error"]?.string == error)
            #expect(try server.directory.names() == outside)
        }
    }
}
