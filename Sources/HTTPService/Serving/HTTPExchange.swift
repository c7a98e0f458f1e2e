import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// One request and its answer: collects the body, asks the routes, writes the answer and the access log.
struct HTTPExchange: Sendable {
    let routes: RouteTable
    let translate: @Sendable (any Error) -> ServiceError
    let configuration: HTTPService.Configuration
    let logger: Logger

    func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
        let started = ContinuousClock.now
        var head = ServiceRequest(
            method: request.method, target: request.head.path ?? "/", headers: request.headers)
        var response: ServiceResponse
        if let refusal = admit(&head) {
            response = refusal
        } else {
            if request.headers[.expect]?.lowercased() == "100-continue" {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            response = try await answer(request, head)
        }
        configuration.crossOrigin?.grant(head, to: &response)
        configuration.responseHeaders.apply(to: &response.headers)
        if request.method == .head { response = response.withoutBody }
        response.headers[.date] = HTTPDate.now
        if response.headers[.contentLength] == nil, response.status.code != 204, response.stream == nil {
            response.headers[.contentLength] = String(response.body.count)
        }
        log(head, request, response, started.duration(to: .now))
        let whole = response.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: response.body))
        let body = response.stream?.responseBody ?? whole
        try await writer.write(
            response: HTTPResponse(status: response.status, headerFields: response.headers), body: body)
    }

    /// Finds out who asks, from the head alone: what nobody known sends is not collected.
    ///
    /// - Returns: The answer, if the head is enough for it.
    private func admit(_ head: inout ServiceRequest) -> ServiceResponse? {
        // Browsers ask whether a page may ask without a password, whatever they know.
        if let answer = configuration.crossOrigin?.preflight(head) { return answer }
        if let authentication = configuration.authentication {
            guard let principal = authentication.principal(of: head) else { return authentication.refusal }
            head.principal = principal
        }
        if let announced = head.headers[.contentLength].flatMap({ Int($0) }), announced > configuration.maximumBodySize
        {
            return ServiceError(.contentTooLarge, "HTTP 413 Request Entity Too Large").response
        }
        return nil
    }

    private func answer(_ request: Request, _ head: ServiceRequest) async throws -> ServiceResponse {
        var serviceRequest = head
        do {
            let body = try await request.body.collect(upTo: configuration.maximumBodySize)
            serviceRequest.body = Array(body.readableBytesView)
        } catch is NIOTooManyBytesError {
            return ServiceError(.contentTooLarge, "HTTP 413 Request Entity Too Large").response
        }
        return await routes.respond(to: serviceRequest) { error in
            let answer = translate(error)
            // The client sees the sentence; what led to it is here only.
            if answer.status.code >= 500 {
                logger.error(
                    "a request failed",
                    metadata: [
                        "method": "\(request.method.rawValue)", "path": "\(request.head.path ?? "/")",
                        "error": "\(error)",
                    ])
            }
            return answer
        }
    }

    private func log(
        _ head: ServiceRequest, _ request: Request, _ response: ServiceResponse, _ duration: Duration
    ) {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        logger.debug(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.head.path ?? "/")",
                "principal": "\(head.principal)", "status": "\(response.status.code)",
                "bytes": "\(response.body.count)", "ms": "\(milliseconds)",
            ])
    }
}
