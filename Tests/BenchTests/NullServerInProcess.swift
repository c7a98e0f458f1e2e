import Dispatch
import ServerHarness
import Testing

@testable import millrace_bench

/// Runs `body` with the port of a null server in this process.
func withNullServer(
    _ storage: NullServer.Storage = .pageCache, _ body: (UInt16) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("")
    let (events, continuation) = AsyncThrowingStream<UInt16, any Error>.makeStream()
    let stop = StopFlag()
    DispatchQueue(label: "null server").async {
        do {
            let server = try NullServer(storage: storage, directory: path)
            continuation.yield(server.port)
            try server.run { !stop.isSet }
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
