import Foundation
import ServerHarness
import Testing

/// The programs in `Examples` do what they say, in a folder of their own.
struct ExampleTests {
    @Test func theEmbeddedLogReadsBackWhatItAppended() async throws {
        let directory = try TemporaryDirectory()
        #expect(try await run("EmbeddedLog", in: directory) == "0 hello\n1 world\n")
        // What the first run wrote is there when the second opens the log.
        #expect(try await run("EmbeddedLog", in: directory) == "2 hello\n3 world\n")
        #expect(try directory.names() == ["greetings-0"])
    }

    @Test func theEmbeddedStoreGoesOnWhereItsGroupLeftOff() async throws {
        let directory = try TemporaryDirectory()
        let first = try await run("EmbeddedStore", in: directory)
        #expect(first.wholeMatch(of: /orders-[0-2] 0 2 apples\n/) != nil, "\(first)")
        // The second run appends the same order again, and reads that one only.
        #expect(try await run("EmbeddedStore", in: directory) == first.replacing(" 0 ", with: " 1 "))
    }

    @Test func theTailingReadersSeeEveryReading() async throws {
        let directory = try TemporaryDirectory()
        let output = try await run("TailingReader", in: directory)
        #expect(output == (1...3).map { "reader \($0) saw 5050\n" }.joined())
    }

    @Test func theCompactedTableHasTheLastRowOfEachKey() async throws {
        let directory = try TemporaryDirectory()
        for _ in 0..<2 { #expect(try await run("CompactedTable", in: directory) == "[\"apples\": \"2\"]\n") }
    }

    @Test func theTransactionIsReadOnceItIsCommitted() async throws {
        let directory = try TemporaryDirectory()
        #expect(try await run("Transactions", in: directory) == "half of it\n")
    }

    @Test func theScanFindsEveryMeasurement() async throws {
        let directory = try TemporaryDirectory()
        #expect(try await run("LogScan", in: directory) == "3 records, 11 bytes\n")
        #expect(try await run("LogScan", in: directory) == "6 records, 22 bytes\n")
    }

    @Test func theEmbeddedBrokerServesItsOwnProcess() async throws {
        let directory = try TemporaryDirectory()
        let output = try await run("EmbeddedBroker", in: directory)
        #expect(output == "written to greetings-0, offset 0\n0 hello\n")
    }

    /// Runs an example and returns what it printed.
    ///
    /// It is a dependency of this target, so that a build of the tests has left it beside them.
    private func run(_ name: String, in directory: TemporaryDirectory) async throws -> String {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name).path()
        return try await Command.check(
            "env", ["--chdir=\(directory.url.path())", program], within: .seconds(60)
        ).output
    }
}
