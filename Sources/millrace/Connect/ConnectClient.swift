import AsyncHTTPClient
import JSON
import NIOCore
import NIOHTTP1
import NIOSSL

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A Connect worker's REST API from outside.
struct ConnectClient: Sendable {
    /// What is to be done.
    enum Method: String {
        case get = "GET", put = "PUT", post = "POST", patch = "PATCH", delete = "DELETE"
    }

    /// What a query asks.
    typealias Query = [(name: String, value: String)]

    /// The longest answer that is read.
    private static let maximumAnswer = 64 << 20
    /// The worker itself gives up after 90 s.
    private static let patience = TimeAmount.seconds(100)

    private let url: String
    private let client: HTTPClient
    /// The value of the header `Authorization`.
    private let authorization: String?

    /// Creates a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - url: The API's address.
    ///   - credentials: User and password, with a colon between them.
    ///   - authority: A PEM file with the authority of the worker's certificate; the system's own without it.
    /// - Throws: ``ConnectToolError`` when that file cannot be read.
    init(url: String, credentials: String? = nil, authority: String? = nil) throws {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
        var settings = HTTPClient.Configuration()
        settings.timeout.connect = .seconds(10)
        settings.redirectConfiguration = .disallow
        // Nobody who waits before a terminal wants a refused connection tried for seconds.
        settings.connectionPool.retryConnectionEstablishment = false
        if let authority { settings.tlsConfiguration = try Self.tls(authority) }
        authorization = credentials.map { "Basic " + Data($0.utf8).base64EncodedString() }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    private static func tls(_ authority: String) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(authority), !certificates.isEmpty else {
            throw ConnectToolError(message: "\(authority) holds no certificate of an authority, in PEM")
        }
        configuration.trustRoots = .certificates(certificates)
        return configuration
    }

    /// Closes all connections.
    func close() async { try? await client.shutdown() }

    /// Asks and reads the answer.
    ///
    /// - Parameter path: The names of the path, which may have any characters.
    /// - Returns: The answer; `null` when it has no body.
    /// - Throws: ``ConnectToolError`` with the server's message, or why there is no answer.
    @discardableResult
    func ask(
        _ method: Method, _ path: String..., query: Query = [], body: JSONValue? = nil
    ) async throws -> JSONValue {
        let response = try await send(method, path, query, body, deadline: .now() + Self.patience)
        let bytes: [UInt8]
        do {
            bytes = Array(try await response.body.collect(upTo: Self.maximumAnswer).readableBytesView)
        } catch {
            throw ConnectToolError(message: "The answer of \(url) did not come whole: \(error)")
        }
        let status = Int(response.status.code)
        let json = bytes.isEmpty ? JSONValue.null : try? JSONValue(parsing: bytes)
        guard (200..<300).contains(status) else {
            let message = json?["message"]?.string ?? "\(url) answered \(status) without saying why"
            throw ConnectToolError(status: status, message: message)
        }
        guard let json else { throw ConnectToolError(message: "\(url) is no Connect worker: its answer is no JSON") }
        return json
    }

    /// Asks, and has each line of the answer as it comes.
    func follow(_ path: String..., query: Query, line: (String) throws -> Void) async throws {
        let response = try await send(.get, path, query, nil, deadline: .distantFuture)
        var rest: [UInt8] = []
        for try await part in response.body {
            rest += part.readableBytesView
            guard rest.count <= Self.maximumAnswer else {
                throw ConnectToolError(message: "A line of \(url) is too long")
            }
            while let end = rest.firstIndex(of: 0x0A) {
                if response.status == .ok, end > 0 { try line(String(decoding: rest[..<end], as: UTF8.self)) }
                rest.removeSubrange(...end)
            }
        }
        guard response.status != .ok else { return }
        let message = (try? JSONValue(parsing: rest))?["message"]?.string
        throw ConnectToolError(
            status: Int(response.status.code), message: message ?? "\(url) answered \(response.status.code)")
    }

    private func send(
        _ method: Method, _ path: [String], _ query: Query, _ body: JSONValue?, deadline: NIODeadline
    ) async throws -> HTTPClientResponse {
        var target = url + path.map { "/" + Self.encoded($0) }.joined()
        for (index, part) in query.enumerated() {
            target += (index == 0 ? "?" : "&") + Self.encoded(part.name) + "=" + Self.encoded(part.value)
        }
        var request = HTTPClientRequest(url: target)
        request.method = HTTPMethod(rawValue: method.rawValue)
        request.headers.add(name: "Accept", value: "application/json, application/x-ndjson")
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body.utf8)
        }
        do {
            return try await client.execute(request, deadline: deadline)
        } catch {
            throw ConnectToolError(message: "Cannot reach a Connect worker at \(url): \(error)")
        }
    }

    /// Text as a part of a path or a query.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { encoded, byte in
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII,
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-._~".unicodeScalars.contains(scalar)
            {
                encoded.unicodeScalars.append(scalar)
            } else {
                encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
