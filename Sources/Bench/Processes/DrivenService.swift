import ArgumentParser

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the workloads of the HTTP APIs take beside ``TargetOptions``.
struct ServiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The program that is started where no addresses are given; `millrace` beside this one if not given.",
            valueName: "path"))
    var millrace: String?
}

/// A server whose HTTP API a workload drives, and the broker below it: one that runs already, or `millrace serve` in a process
/// of its own.
struct DrivenService: Sendable {
    /// Which API.
    enum API: Sendable {
        case rest
        case connect
    }

    /// Where clients of the Kafka protocol begin.
    let broker: BenchServer
    /// The API's port on this machine.
    let port: UInt16
    /// What the report says of it.
    let name: String
    private let server: ServedMillrace?

    /// Starts the server that is to be driven, unless it runs already, for as long as `body` takes.
    ///
    /// - Parameter url: The API's, for one that runs already.
    static func with<Result>(
        _ api: API, at url: String?, _ target: TargetOptions, _ options: ServiceOptions,
        _ body: (_ service: DrivenService, _ directory: String) async throws -> Result
    ) async throws -> Result {
        // The server runs elsewhere, so a path from here would be another one there.
        let parent = target.directory.map { URL(filePath: $0).absoluteURL.path }
        return try await WorkDirectory.with(parent) { path in
            let interruption = Interruption(removing: path)
            defer { interruption.end() }
            let service = try start(api, at: url, target, options, path)
            defer { service.server?.stop() }
            return try await body(service, path)
        }
    }

    private static func start(
        _ api: API, at url: String?, _ target: TargetOptions, _ options: ServiceOptions, _ directory: String
    ) throws -> DrivenService {
        if let url, let server = target.bootstrapServer {
            return DrivenService(broker: BenchServer(at: server), port: try port(of: url), name: url, server: nil)
        }
        let server = try ServedMillrace(program: try MillraceServer.program(options.millrace), directory: directory)
        do {
            let port = try port(of: api == .rest ? server.addresses.rest : server.addresses.connect)
            return DrivenService(
                broker: BenchServer(at: server.addresses.kafka), port: port, name: "own", server: server)
        } catch {
            server.stop()
            throw error
        }
    }

    /// The seconds of processors' time that the server has used; `nil` for one that runs elsewhere.
    var processorTime: Double? { server?.processorTime }

    /// The bytes of memory that the server has filled itself; `nil` for one that runs elsewhere.
    var memory: Int? { server?.memory }

    /// The port in a URL of this machine.
    ///
    /// - Throws: `ValidationError` for one of another machine: what stands beside is this machine's.
    static func port(of url: String) throws -> UInt16 {
        let text = url.hasSuffix("/") ? String(url.dropLast()) : url
        for start in ["http://127.0.0.1:", "http://localhost:"] where text.hasPrefix(start) {
            if let port = UInt16(text.dropFirst(start.count)), port > 0 { return port }
        }
        throw ValidationError("\(url): must be http://127.0.0.1:PORT, since what stands beside it is of this machine")
    }

    /// Sees to it that a server that runs is named whole.
    static func check(_ option: String, _ url: String?, _ target: TargetOptions) throws {
        guard (url == nil) == (target.bootstrapServer == nil) else {
            throw ValidationError("\(option) and --bootstrap-server belong together: both, or neither")
        }
        guard target.tls == nil else { throw ValidationError("--tls: the HTTP APIs are measured without") }
        if let url { _ = try port(of: url) }
    }
}
