import JSON
import Logging
import Synchronization

extension EtcdClient {
    /// Whether a request may be sent again once it may have arrived.
    enum Repetition {
        /// Asked twice it does what it does once: a question, or a change that names its own result.
        case harmless
        /// It may do something else the second time.
        case unsafe
    }

    /// Sends a request to one endpoint after the other, as often as is safe and the configuration allows.
    ///
    /// - Parameters:
    ///   - path: Such as `/v3/kv/range`.
    ///   - body: What is asked.
    ///   - repetition: What a lost answer leads to.
    ///   - attempts: How many times it may go out; as the configuration says when nil.
    ///   - limit: How long one endpoint has for its answer; as the configuration says when nil.
    ///   - read: Takes from the answer what is wanted of it. What it cannot read counts as no answer.
    /// - Throws: ``EtcdError``, or `CancellationError` when the task is cancelled: a write may be done then or not.
    func exchange<Answer: Sendable>(
        _ path: String, _ body: JSONObject, _ repetition: Repetition, attempts: Int? = nil,
        within limit: Duration? = nil, read: (GatewayFields) throws -> Answer
    ) async throws -> Answer {
        var backoff = Backoff(longest: configuration.longestPause)
        var hasRenewedToken = false
        var lastFailure: any Error = CancellationError()
        let attempts = attempts ?? configuration.attempts
        var attempt = 0
        while attempt < attempts {
            attempt += 1
            let (endpoint, count) = state.withLock { ($0.ring.current, $0.ring.count) }
            let limit = limit ?? configuration.requestTimeout
            switch await attemptOnce(path, body, at: endpoint, within: limit, read: read) {
            case .answer(let answer): return answer
            case .failure(let error): throw error
            case .tokenRefused(let refusal):
                // Refused before it was done, so that it may go out again even if it is a write. Once: a new token
                // that is refused as well will not get better.
                guard configuration.credentials != nil, !hasRenewedToken else { throw refusal }
                hasRenewedToken = true
                attempt -= 1
                continue
            case .notDone(let error): lastFailure = error
            case .unreadable(let error):
                if repetition == .unsafe { throw Self.outcomeUnknown(path, endpoint, error) }
                throw error
            case .unknown(let error):
                if repetition == .unsafe {
                    moveOn(from: endpoint, path, error)
                    throw Self.outcomeUnknown(path, endpoint, error)
                }
                lastFailure = error
            }
            moveOn(from: endpoint, path, lastFailure)
            if attempt < attempts, attempt.isMultiple(of: count) { try await Task.sleep(for: backoff.pause()) }
        }
        throw EtcdError(
            .unavailable,
            "none of \(configuration.endpoints.map(\.description).joined(separator: ", ")) answered \(path)",
            cause: lastFailure)
    }

    private static func outcomeUnknown(_ path: String, _ endpoint: EtcdEndpoint, _ error: any Error) -> EtcdError {
        EtcdError(
            .outcomeUnknown,
            "no answer to \(path) came from \(endpoint) that could be read: it may have been done or not",
            cause: error)
    }

    /// What became of one attempt.
    private enum Outcome<Answer> {
        case answer(Answer)
        /// For good: another attempt would come to the same.
        case failure(any Error)
        /// Nothing was done, and another endpoint may do it.
        case notDone(any Error)
        /// Nothing was done, and with another token it may be.
        case tokenRefused(EtcdError)
        /// It may have been done.
        case unknown(any Error)
        /// Something answered, and whether it was done cannot be read from that.
        case unreadable(EtcdError)
    }

    private func attemptOnce<Answer: Sendable>(
        _ path: String, _ body: JSONObject, at endpoint: EtcdEndpoint, within limit: Duration,
        read: (GatewayFields) throws -> Answer
    ) async -> Outcome<Answer> {
        let token: String?
        do {
            token = try await self.token(from: endpoint, within: limit)
        } catch let error as EtcdError {
            return error.code == .unavailable ? .notDone(error) : .failure(error)
        } catch {
            return .failure(error)
        }
        do {
            let request = EtcdGateway.Request(path: path, body: .object(body), token: token)
            let answer = try await gateway.ask(request, at: endpoint, within: limit)
            let fields = try Self.unwrapped(answer)
            try note(cluster: try fields.clusterID(), of: endpoint)
            return .answer(try read(fields))
        } catch let failure as GatewayFailure {
            switch failure.meaning {
            case .needsAuthentication:
                discard(token: token)
                return .tokenRefused(failure.refusal)
            case .notNow: return .notDone(failure.refusal)
            case .compacted, .refused: return .failure(failure.refusal)
            case .unfinished: return .unknown(failure)
            }
        } catch EtcdGateway.Broken.notSent(let error) {
            return .notDone(error)
        } catch EtcdGateway.Broken.answerLost(let error) {
            return .unknown(error)
        } catch let error as EtcdError where error.code != .wrongCluster {
            return .unreadable(error)
        } catch {
            return .failure(error)
        }
    }

    /// Answers of calls that stream come as `{"result": …}` or `{"error": …}`, others bare.
    private static func unwrapped(_ answer: GatewayFields) throws -> GatewayFields {
        if let failure = try GatewayFailure(streamed: answer) { throw failure }
        return try answer.fields("result") ?? answer
    }

    private func moveOn(from endpoint: EtcdEndpoint, _ path: String, _ error: any Error) {
        state.withLock { $0.ring.moveOn(from: endpoint) }
        logger.debug(
            "etcd did not answer", metadata: ["endpoint": "\(endpoint)", "path": "\(path)", "error": "\(error)"])
    }

    /// Holds an answer's cluster against that of the first answer: endpoints of two clusters in one configuration would
    /// let writes go to either.
    ///
    /// - Throws: ``EtcdError`` with code `.wrongCluster`.
    func note(cluster: Int64, of endpoint: EtcdEndpoint) throws {
        let first = state.withLock { state in
            state.clusterID = state.clusterID ?? cluster
            return state.clusterID
        }
        guard first == cluster else {
            throw EtcdError(
                .wrongCluster,
                "\(endpoint) belongs to the cluster \(String(UInt64(bitPattern: cluster), radix: 16)), and the answers"
                    + " before came from \(String(UInt64(bitPattern: first ?? 0), radix: 16))")
        }
    }
}

// MARK: - Authentication

extension EtcdClient {
    /// The token that requests carry; asked for when there is none yet.
    ///
    /// - Returns: Nil when there are no credentials, or etcd has authentication switched off.
    /// - Throws: ``EtcdError`` with code `.unauthenticated` when etcd does not know user and password, `.unavailable`
    ///   when this endpoint cannot tell.
    /// - SeeAlso: https://etcd.io/docs/v3.4/learning/design-auth-v3/
    func token(from endpoint: EtcdEndpoint, within limit: Duration) async throws -> String? {
        guard let credentials = configuration.credentials else { return nil }
        if let token = state.withLock({ $0.token }) { return token }
        var body = JSONObject()
        body["name"] = .string(credentials.user)
        body["password"] = .string(credentials.password)
        let request = EtcdGateway.Request(path: "/v3/auth/authenticate", body: .object(body), token: nil)
        do {
            let answer = try await gateway.ask(request, at: endpoint, within: limit)
            try note(cluster: try answer.clusterID(), of: endpoint)
            let token = try answer.text("token")
            guard !token.isEmpty else { throw GatewayFields.malformed("token", "is empty") }
            state.withLock { $0.token = token }
            return token
        } catch let failure as GatewayFailure {
            // As etcd's own clients do: credentials that are not needed yet are no mistake.
            if failure.status == GatewayFailure.Status.failedPrecondition { return nil }
            guard failure.meaning == .refused else { throw EtcdError(.unavailable, failure.message, cause: failure) }
            throw EtcdError(
                .unauthenticated, "etcd does not let \(credentials) in: \(failure.message)", status: failure.status)
        } catch let broken as EtcdGateway.Broken {
            throw EtcdError(.unavailable, "\(endpoint) gave no token", cause: broken)
        }
    }

    /// Forgets a token that etcd would not have, unless another has taken its place.
    func discard(token: String?) {
        state.withLock { if $0.token == token { $0.token = nil } }
    }
}
