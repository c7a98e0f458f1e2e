import HTTPTypes
import Logging
import NIOCore

/// An answer that is ready to be sent.
struct FinishedResponse: Sendable {
    var head: ResponseHead
    var body: ByteBuffer?
}

/// What a service does with a request: who may ask, which route answers, what the answer carries beside its own.
struct HTTPExchange: Sendable {
    /// What becomes of a request, as its head tells.
    enum Plan {
        /// It is answered without its body.
        case answer(ServiceResponse)
        case collect(RouteTable.Match)
        case stream(RouteTable.Match, ContentEncoding?)
        /// It becomes a WebSocket, with these fields in the answer.
        case upgrade(WebSocketRoute, HTTPFields)
    }

    let routes: RouteTable
    let translate: @Sendable (any Error) -> ServiceError
    let configuration: HTTPService.Configuration
    let logger: Logger
    let clock = DateClock()

    /// Finds out who asks and what for, from the head alone: what nobody known sends is not collected.
    ///
    /// - Parameter mayUpgrade: Whether the connection can become a WebSocket.
    func plan(_ request: inout ServiceRequest, _ head: RequestHead, mayUpgrade: Bool) -> Plan {
        let plan: Plan
        do throws(ServiceError) {
            plan = try admitted(&request, head, mayUpgrade: mayUpgrade)
        } catch {
            plan = .answer(error.response)
        }
        if case .answer(let response) = plan, logger.logLevel <= .debug { log(request, response, .zero) }
        return plan
    }

    private func admitted(
        _ request: inout ServiceRequest, _ head: RequestHead, mayUpgrade: Bool
    ) throws(ServiceError) -> Plan {
        if let problem = request.problem { throw ServiceError(.badRequest, problem.message) }
        if let expected = request.headers.value(of: .expect), expected.lowercased() != "100-continue" {
            throw ServiceError(.expectationFailed, "HTTP 417 Expectation Failed: only 100-continue is known here")
        }
        // Browsers ask whether a page may ask without a password, whatever they know.
        if let answer = configuration.crossOrigin?.preflight(request) { return .answer(answer) }
        if let authentication = configuration.authentication {
            guard let principal = authentication.principal(of: request) else { return .answer(authentication.refusal) }
            request.principal = principal
        }
        if request.method == .options, head.target == "*" { return .answer(ServiceResponse(.ok)) }
        let asksForSocket =
            mayUpgrade && head.isUpgrade && request.method == .get && WebSocketHandshake.isWanted(by: request.headers)
        switch routes.find(request, wantsWebSocket: asksForSocket) {
        case .answer(let response):
            try check(head)
            return .answer(response)
        case .webSocket(let route, let parameters):
            request.parameters = parameters
            let handshake = try WebSocketHandshake(request, route, configuration.crossOrigin)
            return handshake.answer.map(Plan.answer) ?? .upgrade(route, handshake.fields)
        case .route(let match):
            let encoding = try head.hasBody ? ContentEncoding.of(request.headers) : nil
            if case .stream = match.route.action { return .stream(match, encoding) }
            try check(head)
            return .collect(match)
        }
    }

    private func check(_ head: RequestHead) throws(ServiceError) {
        guard head.contentLength ?? 0 <= configuration.maximumBodySize else {
            throw ServiceError.bodyTooLarge(limit: configuration.maximumBodySize)
        }
    }

    /// Answers a request; the task of a request is this.
    func answer(_ request: ServiceRequest, _ match: RouteTable.Match, to sender: ResponseSender) async {
        let started = logger.logLevel <= .debug ? ContinuousClock.now : nil
        var response: ServiceResponse
        do {
            let request = try await decoded(request)
            response = await routes.answer(request, match) { reported($0, request) }
        } catch let error as ServiceError {
            response = error.response
        } catch {
            response = reported(error, request).response
        }
        if let started { log(request, response, started.duration(to: .now)) }
        guard let stream = response.stream, request.method != .head else {
            await compress(&response, for: request)
            return sender.send(finished(response, for: request))
        }
        await send(response, stream, for: request, to: sender)
    }

    /// Has a WebSocket served by its route; the task of a WebSocket is this.
    func run(_ route: WebSocketRoute, _ request: ServiceRequest, _ connection: WebSocketConnection) async {
        logger.debug(
            "WebSocket opened", metadata: ["path": "\(request.path)", "principal": "\(request.principal)"])
        do {
            try await route.handler(request, connection)
            connection.end(.normal, "")
        } catch is WebSocketError {
            // The connection has ended and whoever was there knows why.
            connection.end(.normal, "")
        } catch is CancellationError {
            connection.end(.goingAway, "")
        } catch let error as ServiceError where error.status.code < 500 {
            connection.end(.policyViolation, error.message)
        } catch {
            connection.end(.unexpectedError, reported(error, request).message)
        }
        logger.debug("WebSocket closed", metadata: ["path": "\(request.path)"])
    }

    /// The request with its body as the client meant it.
    private func decoded(_ request: ServiceRequest) async throws -> ServiceRequest {
        guard !request.body.isEmpty, let encoding = try ContentEncoding.of(request.headers) else { return request }
        var request = request
        request.body = try await BodyInflater.decoded(
            request.body, encoding, limit: configuration.maximumBodySize, expansion: configuration.limits.expansion)
        return request
    }

    private func send(
        _ response: ServiceResponse, _ stream: ServiceStream, for request: ServiceRequest, to sender: ResponseSender
    ) async {
        var response = response
        let encoder = compressor(for: &response, request)
        do {
            try await sender.begin(finished(response, for: request).head)
            try await stream.write { bytes in
                guard let encoder else { return try await sender.send(bytes) }
                var output: [UInt8] = []
                encoder.append(bytes[...], flush: .all, to: &output)
                try await sender.send(output)
            }
            if let encoder {
                var output: [UInt8] = []
                encoder.append([], flush: .end, to: &output)
                try await sender.send(output)
            }
            sender.finish()
        } catch {
            sender.cutOff()
        }
    }

    /// Gives an answer what answers carry beside their own.
    func finished(_ response: ServiceResponse, for request: ServiceRequest) -> FinishedResponse {
        var response = response
        configuration.crossOrigin?.grant(request, to: &response)
        configuration.responseHeaders.apply(to: &response.headers)
        if request.method == .head { response = response.withoutBody }
        response.headers[.date] = clock.now
        return FinishedResponse(
            head: ResponseHead(status: response.status, fields: response.headers),
            body: response.body.isEmpty ? nil : ByteBuffer(bytes: response.body))
    }

    /// Turns an error into an answer, and tells the log if it is the server's.
    private func reported(_ error: any Error, _ request: ServiceRequest) -> ServiceError {
        let answer = translate(error)
        // The client sees the sentence; what led to it is here only.
        if answer.status.code >= 500 {
            logger.error(
                "a request failed",
                metadata: ["method": "\(request.method.rawValue)", "path": "\(request.path)", "error": "\(error)"])
        }
        return answer
    }

    private func log(_ request: ServiceRequest, _ response: ServiceResponse, _ duration: Duration) {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        logger.debug(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.path)",
                "principal": "\(request.principal)", "status": "\(response.status.code)",
                "bytes": "\(response.body.count)", "ms": "\(milliseconds)",
            ])
    }
}
