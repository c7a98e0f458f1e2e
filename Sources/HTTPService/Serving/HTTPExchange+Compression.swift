import HTTPTypes

extension HTTPExchange {
    /// Compresses a whole answer if that helps and the client accepts it.
    func compress(_ response: inout ServiceResponse, for request: ServiceRequest) async {
        guard response.body.count >= configuration.compression.minimumSize, isCompressible(response) else { return }
        response.varyByEncoding()
        guard request.method != .head, ContentEncoding.acceptsGzip(request.headers),
            let encoded = await GzipEncoder.encoded(response.body, level: configuration.compression.level),
            encoded.count < response.body.count
        else { return }
        response.body = encoded
        response.headers[.contentEncoding] = "gzip"
        response.headers[.contentLength] = nil
    }

    /// What compresses an answer that is written bit by bit: each bit reaches the client as if it were not.
    func compressor(for response: inout ServiceResponse, _ request: ServiceRequest) -> GzipEncoder? {
        let length = response.headers.value(of: .contentLength).flatMap { Int($0) } ?? .max
        guard length >= configuration.compression.minimumSize, isCompressible(response) else { return nil }
        response.varyByEncoding()
        guard ContentEncoding.acceptsGzip(request.headers),
            let encoder = GzipEncoder(level: configuration.compression.level, memory: .small)
        else { return nil }
        response.headers[.contentEncoding] = "gzip"
        // It is the length of what is not sent; without it the end is where the chunks end.
        response.headers[.contentLength] = nil
        return encoder
    }

    private func isCompressible(_ response: ServiceResponse) -> Bool {
        configuration.compression.isEnabled && response.headers.value(of: .contentEncoding) == nil
            && CompressionSettings.compresses(response.headers.value(of: .contentType))
    }
}

extension ServiceResponse {
    /// Tells what stores answers on the way that another client may get another one.
    fileprivate mutating func varyByEncoding() {
        let others = headers[.vary].map { "\($0), " } ?? ""
        headers[.vary] = others + "Accept-Encoding"
    }
}
