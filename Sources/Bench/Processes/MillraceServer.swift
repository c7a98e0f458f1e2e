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
    init(_ path: String, directory: String) throws {
        let readyFile = directory + "/ready.json"
        unlink(readyFile)
        let launch = ForeignProgram.Launch(
            path: path, arguments: Self.arguments(directory: directory, readyFile: readyFile),
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

    private static func arguments(directory: String, readyFile: String) -> [String] {
        let listeners = [
            ("listeners", "PLAINTEXT://127.0.0.1:0"), ("connect.listeners", "http://127.0.0.1:0"),
            ("schema.registry.listeners", "http://127.0.0.1:0"), ("rest.listeners", "http://127.0.0.1:0"),
        ]
        return ["serve", "--data-dir", directory + "/data", "--ready-file", readyFile]
            + listeners.flatMap { ["--set", "\($0.0)=\($0.1)"] }
    }

    /// Where Kafka's clients begin.
    var bootstrapServer: String {
        get throws {
            guard let address = addresses["kafka"] else {
                throw BenchFailure(description: "the server does not tell where it speaks Kafka's protocol")
            }
            return address
        }
    }

    /// The bytes of memory that it has filled itself; `nil` where the system does not tell.
    var memory: Int? { program.memory }

    /// The bytes of it that are in memory, pages of files included; `nil` where the system does not tell.
    var residentMemory: Int? { program.residentMemory }

    /// Has it end in good order.
    func stop() throws { try program.stop(within: Self.patience) }

    /// Kills it, as `kill -9` does.
    func kill() { program.end() }
}
