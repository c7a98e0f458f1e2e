import AsyncHTTPClient
import JSON
import Logging
import NIOCore
import Synchronization

extension EtcdClient {
    /// Watches a range for changes.
    ///
    /// - Parameters:
    ///   - range: The keys.
    ///   - revision: The first change that is told: one after the revision at which the range was read.
    package func watch(_ range: EtcdKeyRange, from revision: EtcdRevision) -> EtcdWatch {
        EtcdWatch(client: self, range: range, start: revision)
    }
}

/// All changes of a range from a revision on, in order, none left out and none twice.
///
/// It goes on through restarts and failures of members: it asks another one for what comes after the last change that
/// was told, again and again until the task is cancelled, since there is nothing better to do while etcd is away. It
/// ends by an error only where asking again would not help:
/// - `.compacted`: etcd has forgotten changes that were not told yet. The range has to be read again, and watched
///   from there.
/// - `.tooLarge`: a change is longer than the configuration allows; the same.
/// - `.unauthenticated`, `.permissionDenied`, `.wrongCluster`.
///
/// One task at a time takes batches from an iterator; what has not been taken waits at etcd, not here.
package struct EtcdWatch: AsyncSequence {
    /// Changes in whole revisions.
    package typealias Element = EtcdEventBatch

    fileprivate let client: EtcdClient
    fileprivate let range: EtcdKeyRange
    fileprivate let start: EtcdRevision

    /// Begins watching; the first request is sent when the first batch is asked for.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// Takes batches, one after the other.
    package struct AsyncIterator: AsyncIteratorProtocol {
        private let client: EtcdClient
        private let range: EtcdKeyRange
        private var next: EtcdRevision
        private var stream: Stream?
        private var backoff: Backoff
        /// How many tokens were refused since the watch was there last.
        private var refusedTokens = 0

        /// More tokens than this are not asked for in a row. One may be forgotten by a member that starts again just
        /// then; wrong credentials are noticed before, when there is no token for them.
        private static let refusedTokensLimit = 3

        /// How much longer than a line an answer in pieces may be.
        private static let piecesLimit = 8

        fileprivate init(_ watch: EtcdWatch) {
            client = watch.client
            range = watch.range
            next = watch.start
            backoff = Backoff(longest: client.configuration.longestPause)
        }

        /// One connection to one member.
        private struct Stream {
            let endpoint: EtcdEndpoint
            let token: String?
            var chunks: HTTPClientResponse.Body.AsyncIterator
            var lines: LineSplitter
            var assembler: WatchAssembler

            /// The next line; nil when the member ended the stream.
            mutating func nextLine() async throws -> [UInt8]? {
                while true {
                    if let line = lines.next() { return line }
                    guard let chunk = try await chunks.next() else { return nil }
                    try lines.append(chunk.readableBytesView)
                }
            }
        }

        /// The next changes.
        ///
        /// - Returns: Never nil.
        /// - Throws: ``EtcdError`` as the type says; `CancellationError`.
        package mutating func next() async throws -> EtcdEventBatch? {
            while true {
                try Task.checkCancellation()
                do {
                    if stream == nil { try await open() }
                    guard let step = try await nextStep() else { throw EtcdGateway.Broken.answerLost(Ended()) }
                    if let batch = try await batch(of: step) { return batch }
                } catch {
                    try await recover(from: error)
                }
            }
        }

        /// The member ended the stream without a word.
        private struct Ended: Error {}

        private mutating func open() async throws {
            let endpoint = client.state.withLock { $0.ring.current }
            do {
                stream = try await connect(to: endpoint)
            } catch {
                moveOn(from: endpoint)
                throw error
            }
        }

        private func connect(to endpoint: EtcdEndpoint) async throws -> Stream {
            let limit = client.configuration.requestTimeout
            let token = try await client.token(from: endpoint, within: limit)
            let create = client.keySpace.watch(range, from: WatchAssembler.start(for: next))
            let request = EtcdGateway.Request(
                path: "/v3/watch", body: ["create_request": .object(create)], token: token)
            do {
                let chunks = try await client.gateway.stream(request, at: endpoint, within: limit)
                let mostBytes = client.configuration.maximumAnswerBytes
                return Stream(
                    endpoint: endpoint, token: token, chunks: chunks.makeAsyncIterator(),
                    lines: LineSplitter(limit: mostBytes),
                    assembler: WatchAssembler(
                        client.keySpace, range: range, from: next, limit: mostBytes * Self.piecesLimit))
            } catch let failure as GatewayFailure where failure.meaning == .needsAuthentication {
                client.discard(token: token)
                throw failure
            }
        }

        private func moveOn(from endpoint: EtcdEndpoint) {
            client.state.withLock { $0.ring.moveOn(from: endpoint) }
        }

        /// Reads a line, and moves on from the member that has none.
        ///
        /// - Returns: Nil when the stream has ended.
        private mutating func nextStep() async throws -> WatchAssembler.Step? {
            guard var stream else { return nil }
            self.stream = nil
            let line: [UInt8]?
            do {
                line = try await stream.nextLine()
            } catch let error as HTTPClientError where error == .readTimeout {
                // Nothing has changed, or the member is gone without a trace. A new connection tells, and what was
                // missed comes with it.
                throw Silent()
            } catch {
                moveOn(from: stream.endpoint)
                throw error
            }
            guard let line else {
                moveOn(from: stream.endpoint)
                return nil
            }
            let step = try stream.assembler.take(line)
            if case .cancelled(let failure) = step {
                if failure.meaning == .needsAuthentication {
                    client.discard(token: stream.token)
                } else {
                    moveOn(from: stream.endpoint)
                }
                throw failure
            }
            if case .created(_, let cluster) = step { try client.note(cluster: cluster, of: stream.endpoint) }
            self.stream = stream
            return step
        }

        /// The stream has been silent for as long as it may be.
        private struct Silent: Error {}

        private mutating func batch(of step: WatchAssembler.Step) async throws -> EtcdEventBatch? {
            switch step {
            case .partial, .cancelled: return nil
            case .created(let revision, _):
                // The token was looked at, and the member is in order.
                refusedTokens = 0
                backoff = Backoff(longest: client.configuration.longestPause)
                try await checkHistory(at: revision)
                return nil
            case .compacted(let revision):
                throw EtcdError(
                    .compacted, "etcd keeps no changes before revision \(revision), and \(next) was to be told next")
            case .batch(let batch):
                next = batch.revision.next
                return batch
            }
        }

        /// A member whose revision is behind what was told already is a slow one, or it belongs to a cluster that was
        /// put back to an older state: that one would never tell what is changed until it has caught up.
        private func checkHistory(at revision: EtcdRevision) async throws {
            guard revision.next < next else { return }
            let present = try await client.page(of: range, limit: 1).revision
            guard present.next < next else { return }
            throw EtcdError(
                .wrongCluster,
                "etcd is at revision \(present), and \(next) was to be told next: it has been put back")
        }

        /// Waits before the next try where there may be one.
        private mutating func recover(from error: any Error) async throws {
            stream = nil
            switch error {
            case is Silent: return
            case is CancellationError: throw error
            case let failure as GatewayFailure:
                switch failure.meaning {
                case .needsAuthentication:
                    refusedTokens += 1
                    guard client.configuration.credentials != nil, refusedTokens <= Self.refusedTokensLimit else {
                        throw failure.refusal
                    }
                case .compacted, .refused: throw failure.refusal
                case .notNow, .unfinished: break
                }
            case let error as EtcdError where error.code != .unavailable && error.code != .malformedAnswer: throw error
            default: break
            }
            try Task.checkCancellation()
            client.logger.debug(
                "a watch on etcd begins again", metadata: ["revision": "\(next)", "error": "\(error)"])
            try await Task.sleep(for: backoff.pause())
        }
    }
}
