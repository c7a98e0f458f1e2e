import Dispatch
import RecordFormat
import ServerHarness
import Testing

@testable import millrace_bench

/// Runs `body` with the port of a null server in this process.
func withNullServer(
    _ storage: NullServer.Storage = .pageCache, _ body: (UInt16) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory()
    try await withServerThread({ tell, mayGoOn in
        let server = try NullServer(storage: storage, directory: directory.path(""))
        tell(server.port)
        try server.run(while: mayGoOn)
    }) { try await body($0) }
}

/// Runs `body` with the port of a null HTTP server in this process.
///
/// - Parameter answers: By their targets.
func withNullHTTPServer(_ answers: [String: String], _ body: (UInt16) async throws -> Void) async throws {
    try await withServerThread({ tell, mayGoOn in
        let server = try NullHTTPServer(answers: answers.mapValues { ByteSlice($0) })
        tell(server.port)
        try server.run(while: mayGoOn)
    }) { try await body($0) }
}

/// Runs `body` with the port of a server that has a thread of its own.
///
/// - Parameter serve: Tells the port, and serves for as long as it may.
private func withServerThread(
    _ serve: @escaping @Sendable (_ tell: (UInt16) -> Void, _ mayGoOn: () -> Bool) throws -> Void,
    _ body: (UInt16) async throws -> Void
) async throws {
    let (events, continuation) = AsyncThrowingStream<UInt16, any Error>.makeStream()
    let stop = StopFlag()
    DispatchQueue(label: "null server").async {
        do {
            try serve({ continuation.yield($0) }, { !stop.isSet })
            continuation.finish()
        } catch {
            continuation.finish(throwing: error)
        }
    }
    var running = events.makeAsyncIterator()
    let port = try #require(try await running.next())
    let result: Result<Void, any Error>
    do { result = .success(try await body(port)) } catch { result = .failure(error) }
    stop.set()
    #expect(try await running.next() == nil)
    try result.get()
}
