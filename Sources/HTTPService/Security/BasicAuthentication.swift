public import HTTPTypes

/// Names and passwords (RFC 7617): who asks without a pair that is known gets a 401.
public struct BasicAuthentication: Sendable, CustomStringConvertible {
    /// A request that needs no password, because it proves in another way who sends it.
    public struct Exemption: Sendable, Hashable {
        let method: HTTPRequest.Method
        let segments: [String]

        /// Creates an exemption for a method on a path such as `/things/{name}`.
        public init(_ method: HTTPRequest.Method, _ path: String) {
            self.method = method
            segments = path.split(separator: "/").map(String.init)
        }

        func covers(_ request: ServiceRequest) -> Bool {
            request.method == method && request.segments.count == segments.count
                && zip(segments, request.segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    private let passwords: [String: [UInt8]]
    private let realm: String
    private let exemptions: Set<Exemption>

    /// Creates a list of users.
    ///
    /// - Parameters:
    ///   - realm: What clients are told that the password is for.
    ///   - exemptions: What goes without a password.
    /// - Throws: ``HTTPServiceError`` when there is no user: nobody could ask, and letting everybody would be a trap.
    public init(users: [String: String], realm: String, exemptions: Set<Exemption> = []) throws {
        guard !users.isEmpty else { throw HTTPServiceError("There has to be a user that may ask") }
        passwords = users.mapValues { Array($0.utf8) }
        self.realm = realm
        self.exemptions = exemptions
    }

    /// How many users there are; who they are and their passwords are nobody's business.
    public var description: String { "\(passwords.count) users" }

    /// Who sends a request.
    ///
    /// - Returns: `nil` when it is nobody that is known.
    func principal(of request: ServiceRequest) -> Principal? {
        if exemptions.contains(where: { $0.covers(request) }) { return .anonymous }
        guard let (name, password) = Self.credentials(request.headers.value(of: .authorization)) else { return nil }
        // Also for a name that nobody has, so that how long it takes does not tell which names there are.
        let isRight = Self.isEqual(password, passwords[name] ?? Array("nobody has this password".utf8))
        return isRight && passwords[name] != nil ? Principal(name: name) : nil
    }

    /// The answer to who is not known.
    var refusal: ServiceResponse {
        var response = ServiceError(.unauthorized, "User cannot access the resource.").response
        response.headers[.wwwAuthenticate] = "Basic realm=\"\(realm)\", charset=\"UTF-8\""
        return response
    }

    /// Takes `Basic <name:password in base64>` apart.
    private static func credentials(_ field: String?) -> (name: String, password: [UInt8])? {
        guard let field, let space = field.firstIndex(of: " "), field[..<space].lowercased() == "basic",
            let pair = Base64.decode(field[field.index(after: space)...].filter { $0 != " " }),
            let colon = pair.firstIndex(of: UInt8(ascii: ":")), colon > 0
        else { return nil }
        return (String(decoding: pair[..<colon], as: UTF8.self), Array(pair[(colon + 1)...]))
    }

    /// Whether two texts are equal, in a time that only the length of what was sent has a part in.
    private static func isEqual(_ sent: [UInt8], _ expected: [UInt8]) -> Bool {
        guard !expected.isEmpty else { return sent.isEmpty }
        var difference = UInt(bitPattern: sent.count ^ expected.count)
        for (index, byte) in sent.enumerated() { difference |= UInt(byte ^ expected[index % expected.count]) }
        return difference == 0
    }
}

/// Bytes as text (RFC 4648 section 4).
enum Base64 {
    /// Reads padded text; `nil` for anything else.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        let content = characters.prefix { $0 != UInt8(ascii: "=") }
        let padding = characters.count - content.count
        guard padding <= 2, characters.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") }) else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in content {
            guard let value = value(character) else { return nil }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
