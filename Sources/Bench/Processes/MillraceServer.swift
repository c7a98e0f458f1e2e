import CShims

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `millrace serve` as its users start it: with all of its APIs, on ports that are free.
///
/// It ends with the thread that has started it, as every ``ForeignProgram``.
struct MillraceServer {
    /// How long it may take to be ready, and to end, in nanoseconds.
    private static let patience: Int64 = 120_000_000_000
    /// How often is looked whether it is ready, in nanoseconds.
    private static let lookInterval: Int64 = 500_000

    private let program: ForeignProgram
    /// From before it was started until every API was served.
    let secondsToReady: Double
    /// Where its APIs listen, by their names.
    let addresses: [String: String]

    /// Starts a server and waits until it is ready.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - directory: Where it keeps its data, which may be there already: an absolute path, which exists.
    ///   - settings: What it is told beside its listeners, as `key=value`.
    init(_ path: String, directory: String, settings: [String] = []) throws {
        let readyFile = directory + "/ready.json"
        unlink(readyFile)
        let launch = ForeignProgram.Launch(
            path: path, arguments: Self.arguments(directory, readyFile, settings),
            environment: ["PATH": ProgramSearch.path, "HOME": directory])
        let began = MonotonicClock.nanoseconds
        program = try ForeignProgram(launch, directory: directory)
        do {
            // The file is there once all of it is written.
            while access(readyFile, F_OK) != 0 {
                try program.checkThatItRuns()
                guard MonotonicClock.nanoseconds - began < Self.patience else {
                    throw BenchFailure(description: "\(path) does not get ready")
                }
                millrace_sleep(Self.lookInterval)
            }
            secondsToReady = Double(MonotonicClock.nanoseconds - began) / 1e9
            addresses = try JSONDecoder().decode(
                [String: String].self, from: try Data(contentsOf: URL(filePath: readyFile)))
        } catch {
            program.end()
            throw error
        }
    }

    private static func arguments(_ directory: String, _ readyFile: String, _ settings: [String]) -> [String] {
        let listeners = [
            "listeners=PLAINTEXT://127.0.0.1:0", "connect.listeners=http://127.0.0.1:0",
            "schema.registry.listeners=http://127.0.0.1:0", "rest.listeners=http://127.0.0.1:0",
        ]
        return ["serve", "--data-dir", directory + "/data", "--ready-file", readyFile]
            + (listeners + settings).flatMap { ["--set", $0] }
    }

    /// The program: that at the given path, or the one beside this program.
    ///
    /// - Throws: ``BenchFailure`` that says how to get it.
    static func program(_ given: String?) throws -> String {
        let path = given ?? ProgramSearch.pathBesideThisProgram("millrace")
        guard let found = ProgramSearch.find([path]) else {
            throw BenchFailure(
                description: given == nil
                    ? "\(path) is not there: `make build` makes it, --millrace names another"
                    : "--millrace \(path): there is no program")
        }
        return found
    }

    /// Where Kafka's clients begin.
    var bootstrapServer: String { get throws { try address("kafka") } }

    /// Where one of its APIs listens: a URL, or host and port of Kafka's protocol.
    func address(_ name: String) throws -> String {
        guard let address = addresses[name] else {
            throw BenchFailure(description: "the server does not tell where its \(name) listens")
        }
        return address
    }

    /// The number of its process.
    var process: pid_t { program.process }

    /// The bytes of memory that it has filled itself; `nil` where the system does not tell.
    var memory: Int? { program.memory }

    /// The bytes of it that are in memory, pages of files included; `nil` where the system does not tell.
    var residentMemory: Int? { program.residentMemory }

    /// Has it end in good order.
    func stop() throws { try program.stop(within: Self.patience) }

    /// Kills it, as `kill -9` does.
    func kill() { program.end() }
}
