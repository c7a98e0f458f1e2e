import HTTPService
import HTTPTypes
import Logging
import Synchronization

/// One registry: what it has read, who writes, and the way that changes take.
final class Registry: Sendable {
    let state: RegistryState
    let library: SchemaLibrary
    let rules: RegistryRules
    let standing: Standing
    let writer: RegistryWriter
    private let client: WriterClient
    private let timeout: Duration
    private let readiness = Mutex(Readiness.reading(lastFailure: nil))

    private enum Readiness {
        /// The topic is not read to its end yet.
        case reading(lastFailure: String?)
        case ready
    }

    /// How long a request waits for the topic to be read, and for a writer to be elected.
    private static let patience = Duration.seconds(5)
    /// The pause between two looks.
    private static let lookPause = Duration.milliseconds(10)
    /// How often a change is tried where the writer is, while that moves.
    private static let attemptLimit = 3

    init(
        state: RegistryState, library: SchemaLibrary, rules: RegistryRules, standing: Standing,
        writer: RegistryWriter, client: WriterClient, timeout: Duration
    ) {
        self.state = state
        self.library = library
        self.rules = rules
        self.standing = standing
        self.writer = writer
        self.client = client
        self.timeout = timeout
    }

    /// The rules of registrations.
    var registration: Registration { Registration(library: library, rules: rules) }

    // MARK: Readiness

    /// Takes note that the topic was read to its end.
    func setReady() { readiness.withLock { $0 = .ready } }

    /// Takes note of why it could not be read.
    func setFailure(_ reason: String) {
        readiness.withLock { if case .reading = $0 { $0 = .reading(lastFailure: reason) } }
    }

    /// Whether the topic was read to its end.
    var isReady: Bool {
        readiness.withLock { if case .ready = $0 { true } else { false } }
    }

    private var lastFailure: String? {
        readiness.withLock { readiness -> String? in
            if case .reading(let reason) = readiness { reason } else { nil }
        }
    }

    /// What is known, once the topic was read to its end.
    ///
    /// - Throws: ``RegistryError`` 50001 when that takes too long.
    func store() async throws(RegistryError) -> SubjectStore {
        let deadline = ContinuousClock.now + Self.patience
        while !isReady {
            guard ContinuousClock.now < deadline, !Task.isCancelled else {
                let reason = lastFailure
                throw .store("The schemas topic is not read yet" + (reason.map { ": \($0)" } ?? ""))
            }
            try? await Task.sleep(for: Self.lookPause)
        }
        return state.store
    }

    // MARK: Changes

    /// What came of a change.
    enum Outcome<Result: Sendable>: Sendable {
        /// It was made here; with the store that has it.
        case made(Result, SubjectStore)
        /// The writer has answered.
        case forwarded(ServiceResponse)
    }

    /// Makes a change here, or has the writer make it.
    ///
    /// - Throws: ``RegistryError``: what `plan` throws, 42209, and 500xx in the operation's own words.
    func change<Result: Sendable>(
        _ call: RegistryCall, _ words: OperationWords,
        _ plan: @Sendable (SubjectStore) throws(RegistryError) -> RegistryChange<Result>
    ) async throws -> Outcome<Result> {
        _ = try await store()
        for _ in 0..<Self.attemptLimit {
            switch await standing.decided(within: Self.patience) {
            case .unknown: throw RegistryError.unknownLeader(words.unknownLeader)
            case .writer:
                do {
                    let (result, store) = try await writer.perform(plan)
                    return .made(result, store)
                } catch is RegistryWriter.NotWriter {
                    continue
                } catch let failure as WriteFailure {
                    throw words.error(for: failure)
                }
            case .follower(let url):
                if call.isForwarded { throw RegistryError.unknownLeader(words.unknownLeader) }
                do {
                    return .forwarded(try await forward(call, to: url, words))
                } catch is WriterClient.Unreachable {
                    // It is gone, and the group may elect another one while the request waits.
                    await standing.changed(from: .follower(url: url), within: Self.patience)
                    guard standing.place != .follower(url: url) else {
                        throw RegistryError.forwardingFailed(words.forwarding)
                    }
                }
            }
        }
        throw RegistryError.unknownLeader(words.unknownLeader)
    }

    private func forward(
        _ call: RegistryCall, to url: String, _ words: OperationWords
    ) async throws -> ServiceResponse {
        var response: ServiceResponse
        do {
            response = try await client.forward(call.original, to: url)
        } catch let error as WriterClient.Unreachable {
            throw error
        } catch {
            throw RegistryError.forwardingFailed(words.forwarding)
        }
        // Whoever asks here next finds what was changed there.
        guard let field = HTTPField.Name(WriterClient.offsetField) else { return response }
        if let text = response.headers[field], let position = Int64(text), position > 0 {
            _ = await state.wait(for: position - 1, within: timeout)
        }
        response.headers[field] = nil
        return response
    }
}
