import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// One request and its answer: collects the body, asks the routes, writes the answer and the access log.
struct HTTPExchange: Sendable {
    let routes: RouteTable
    let translate: @Sendable (any Error) -> ServiceError
    let maximumBodySize: Int
    let logger: Logger

    func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
        let started = ContinuousClock.now
        var response: ServiceResponse
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > maximumBodySize {
            response = ServiceError(.contentTooLarge, "HTTP 413 Request Entity Too Large").response
        } else {
            if request.headers[.expect]?.lowercased() == "100-continue" {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            response = try await answer(request)
        }
        if request.method == .head { response = response.withoutBody }
        response.headers[.date] = HTTPDate.now
        if response.headers[.contentLength] == nil, response.status.code != 204, response.stream == nil {
            response.headers[.contentLength] = String(response.body.count)
        }
        log(request, response, started.duration(to: .now))
        let whole = response.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: response.body))
        let body = response.stream?.responseBody ?? whole
        try await writer.write(
            response: HTTPResponse(status: response.status, headerFields: response.headers), body: body)
    }

    private func answer(_ request: Request) async throws -> ServiceResponse {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: maximumBodySize)
        } catch is NIOTooManyBytesError {
            return ServiceError(.contentTooLarge, "HTTP 413 Request Entity Too Large").response
        }
        let serviceRequest = ServiceRequest(
            method: request.method, target: request.head.path ?? "/", headers: request.headers,
            body: Array(body.readableBytesView))
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

    private func log(_ request: Request, _ response: ServiceResponse, _ duration: Duration) {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        logger.debug(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.head.path ?? "/")",
                "status": "\(response.status.code)", "bytes": "\(response.body.count)", "ms": "\(milliseconds)",
            ])
    }
}
