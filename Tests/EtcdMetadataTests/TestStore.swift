import Broker
import EtcdClient
import EtcdHarness
import EtcdMetadata
import Logging
import NIOPosix
import Testing

/// All tests that start etcd, one at a time wherever they are run.
@Suite(.enabled(if: EtcdProgram.isTested, Comment(rawValue: EtcdProgram.missing)), .serialized)
enum RealEtcd {}

/// Stores for tests: quick to give up.
enum TestStore {
    /// Runs `body` with a store in an etcd, and closes it afterwards.
    static func with<Result: Sendable>(
        _ endpoints: [String], keyPrefix: String = "/millrace/", timeout: Duration = .seconds(3),
        _ body: (EtcdClusterStore) async throws -> Result
    ) async throws -> Result {
        var configuration = try EtcdConfiguration.cluster(endpoints: endpoints, keyPrefix: keyPrefix)
        configuration.requestTimeout = timeout
        configuration.longestPause = .milliseconds(100)
        let store = try EtcdClusterStore(
            configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "etcd-tests"))
        do {
            let result = try await body(store)
            await store.close()
            return result
        } catch {
            await store.close()
            throw error
        }
    }
}

extension ClusterWrite.Outcome {
    /// The revision at which it was done.
    func done() throws -> Int64 {
        guard case .done(let revision) = self else { throw NotAsExpected(what: "\(self)") }
        return revision
    }

    /// What was read instead.
    func refused() throws -> [String: ClusterValue] {
        guard case .refused(let found) = self else { throw NotAsExpected(what: "\(self)") }
        return found
    }

    private struct NotAsExpected: Error { var what: String }
}

/// The code of the error that `body` throws, when it is the store's.
func code<Result>(_ body: () async throws -> Result) async throws -> ClusterStoreError.Code? {
    do {
        _ = try await body()
        return nil
    } catch let error as ClusterStoreError {
        return error.code
    }
}
