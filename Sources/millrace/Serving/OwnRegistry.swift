import HTTPService
import HTTPTypes
import SchemaClient
import SchemaRegistry

/// The way to the registry of this server, with no connection in between.
struct OwnRegistry: RegistryTransport {
    let service: RegistryService

    func send(_ request: RegistryRequest) async throws -> RegistryResponse {
        guard let method = HTTPRequest.Method(request.method.rawValue) else {
            throw SchemaClientError("\(request.method.rawValue) is no method")
        }
        var headers: HTTPFields = [.accept: "application/json"]
        if !request.body.isEmpty { headers[.contentType] = "application/json" }
        let response = await service.respond(
            to: ServiceRequest(method: method, target: request.target, headers: headers, body: request.body))
        return RegistryResponse(status: response.status.code, body: response.body)
    }

    /// The registry ends with the server.
    func close() async {}
}
