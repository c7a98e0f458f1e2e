import HTTPService
import HTTPTypes

extension V2Routes {
    /// What reads answer with: the instance's format, which v2's own type asks for as binary.
    private static let records = ProxyRoutes.MediaTypes(
        consumed: [],
        produced: [MediaType.records(.binary), MediaType.v2, MediaType.json]
            + EmbeddedFormat.allCases.filter { $0 != .binary }.map(MediaType.records))

    /// Adds what reads records.
    func addRecords(to routes: inout ProxyRoutes) {
        let endpoints = routes.endpoints
        routes.add(
            .get, Self.instance + "/records", named: "api.v2.consumers.consume-*", V2Descriptions.records,
            types: Self.records
        ) { request in
            let read = ReadRequest(
                timeout: try Self.positive(request, "timeout").map { .milliseconds($0) },
                maximumBytes: try Self.positive(request, "max_bytes").map { Int($0) })
            let form = try request.jsonForm
            return try await requests.answer(request) { instance in
                let format = instance.configuration.format
                let type = try Self.type(of: request, for: format)
                guard endpoints.isOpen || endpoints.allows("api.v2.consumers.consume-" + format.endpointName) else {
                    throw RESTError.notFound
                }
                // HEAD asks for no records, and takes none.
                guard request.request.method != .head else { return ServiceResponse(.ok, type: type, body: []) }
                let decoder = RecordDecoder(format: format, schemas: clients.schemas, form: form)
                return try await instance.read(read, as: decoder, memory: memory).response(type: type)
            }
        }
    }

    /// The answer's type: that of the instance's format, if the client accepts it.
    ///
    /// - Throws: ``RESTError/consumerFormatMismatch``.
    private static func type(of request: ProxyRequest, for format: EmbeddedFormat) throws -> String {
        let own = MediaType.records(format)
        let accept = request.request.headers.value(of: .accept)
        guard let accept, !accept.isEmpty, !MediaType.isAnything(accept) else { return own }
        if (try? MediaType.agree(on: [own], for: accept)) != nil { return own }
        // Not of any format: the original takes it for binary, and the others' clients send it with all of them.
        let agreed = request.responseType
        if agreed == MediaType.json || (agreed == MediaType.v2 && format == .binary) { return agreed }
        throw RESTError.consumerFormatMismatch
    }

    /// A number in the query; `nil` for none, and for what stands for none.
    private static func positive(_ request: ProxyRequest, _ name: String) throws -> Int64? {
        guard let text = request.query(name) else { return nil }
        // What is no number is no path, as in JAX-RS.
        guard let value = Int64(text) else { throw RESTError.notFound }
        return value > 0 ? min(value, Int64(Int32.max)) : nil
    }
}
