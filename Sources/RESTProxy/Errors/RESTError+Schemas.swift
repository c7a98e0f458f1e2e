extension RESTError {
    /// The answer where a schema for a request's data could not be had.
    init(_ error: SchemaServiceError, while subject: String) {
        switch error.kind {
        case .invalidSchema: self = .invalidSchema(error.message)
        case .notFound, .refused: self = .messageSerialization("\(subject)\n\(error.message)")
        case .unavailable: self = .serialization("\(subject)\n\(error.message)")
        }
    }
}
