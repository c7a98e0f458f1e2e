/// The values of `format` that are checked, by the first draft that has them.
enum StringFormat: String, Sendable, Hashable {
    case dateTime = "date-time"
    case uri
    case email
    case ipv4
    case ipv6
    case hostname

    case jsonPointer = "json-pointer"
    case uriReference = "uri-reference"
    case uriTemplate = "uri-template"

    case date
    case time
    case regex
    case relativeJSONPointer = "relative-json-pointer"

    /// The format of that name, if the draft has it and Schema Registry checks it there.
    init?(_ name: String, in draft: SchemaDraft) {
        guard let format = StringFormat(rawValue: name), draft.checksFormats, draft >= format.since else { return nil }
        self = format
    }

    private var since: SchemaDraft {
        switch self {
        case .dateTime, .uri, .email, .ipv4, .ipv6, .hostname: .draft4
        case .jsonPointer, .uriReference, .uriTemplate: .draft6
        case .date, .time, .regex, .relativeJSONPointer: .draft7
        }
    }

    /// Whether the text has the format.
    func accepts(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return switch self {
        case .dateTime: DateTimeText.isDateTime(bytes)
        case .date: DateTimeText.isDate(bytes[...])
        case .time: DateTimeText.isTime(bytes[...])
        case .uri: URIText.isURI(text)
        case .uriReference: URIText.isReference(text)
        case .uriTemplate: URIText.isTemplate(text)
        case .email: AddressText.isEmail(text)
        case .ipv4: AddressText.isIPv4(text)
        case .ipv6: AddressText.isIPv6(text)
        case .hostname: AddressText.isHostname(text)
        case .jsonPointer: PointerText.isPointer(bytes[...])
        case .relativeJSONPointer: PointerText.isRelative(bytes)
        case .regex: (try? LinearPattern(text)) != nil
        }
    }
}

/// Dates and times of RFC 3339.
private enum DateTimeText {
    static func isDateTime(_ text: [UInt8]) -> Bool {
        guard text.count > 11, text[10] | 0x20 == UInt8(ascii: "t") else { return false }
        return isDate(text[..<10]) && isTime(text[11...])
    }

    /// `2026-11-22`
    static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
        let text = Array(text)
        guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = number(text[0..<4]), let month = number(text[5..<7]), let day = number(text[8..<10]),
            (1...12).contains(month)
        else { return false }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        return (1...days).contains(day)
    }

    /// `10:30:00.5Z`, with an offset; a 60th second is put in before midnight of universal time only.
    static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
        var text = Array(text)
        guard text.count > 8, text[2] == UInt8(ascii: ":"), text[5] == UInt8(ascii: ":"),
            let hour = number(text[0..<2]), let minute = number(text[3..<5]), let second = number(text[6..<8]),
            hour < 24, minute < 60, second <= 60
        else { return false }
        text.removeFirst(8)
        if text.first == UInt8(ascii: ".") {
            let digits = text.dropFirst().prefix { (48...57).contains($0) }
            guard !digits.isEmpty else { return false }
            text.removeFirst(digits.count + 1)
        }
        guard let offset = Self.offset(text) else { return false }
        let minutesOfDay = 24 * 60
        return second < 60 || (hour * 60 + minute - offset + minutesOfDay) % minutesOfDay == minutesOfDay - 1
    }

    /// The minutes that a time is ahead of universal time.
    private static func offset(_ text: [UInt8]) -> Int? {
        if text.count == 1 { return text[0] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        guard text.count == 6, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
            text[3] == UInt8(ascii: ":"), let hours = number(text[1..<3]), let minutes = number(text[4..<6]),
            hours < 24, minutes < 60
        else { return nil }
        let offset = hours * 60 + minutes
        return text[0] == UInt8(ascii: "-") ? -offset : offset
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }
}

/// URIs by their characters and parts (RFC 3986), templates by their braces (RFC 6570).
private enum URIText {
    static func isURI(_ text: String) -> Bool {
        URIReference(text).scheme != nil && isReference(text)
    }

    static func isReference(_ text: String) -> Bool {
        // Brackets stand round an address of version 6 only.
        let uri = URIReference(text)
        let isBracketed = (uri.path + (uri.query ?? "") + (uri.fragment ?? "")).contains { $0 == "[" || $0 == "]" }
        return !isBracketed && hasOnlyAllowed(text)
    }

    private static func hasOnlyAllowed(_ text: String, beyondASCII allowsAll: Bool = false) -> Bool {
        let bytes = Array(text.utf8)
        var hashes = 0
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.count, isHexadecimal(bytes[index + 1]), isHexadecimal(bytes[index + 2]) else {
                    return false
                }
            case UInt8(ascii: "#"):
                hashes += 1
                if hashes > 1 { return false }
            case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
                UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), 0x7F:
                return false
            case 0x80...0xFF: if !allowsAll { return false }
            default: break
            }
        }
        return true
    }

    static func isTemplate(_ text: String) -> Bool {
        var plain = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "{") {
            plain += rest[..<start]
            guard let end = rest[start...].firstIndex(of: "}") else { return false }
            guard isExpression(rest[rest.index(after: start)..<end]) else { return false }
            rest = rest[rest.index(after: end)...]
        }
        return !rest.contains("}") && hasOnlyAllowed(plain + rest, beyondASCII: true)
    }

    /// What stands in braces: an operator, then names with `*` or the length of a prefix behind.
    private static func isExpression(_ text: Substring) -> Bool {
        let names = text.drop { "+#./;?&=,!@|".contains($0) }
        guard text.utf8.count - names.utf8.count <= 1 else { return false }
        return names.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { variable in
            var name = variable
            if name.hasSuffix("*") {
                name.removeLast()
            } else if let mark = name.firstIndex(of: ":") {
                let length = name[name.index(after: mark)...]
                guard (1...4).contains(length.utf8.count), length.allSatisfy({ $0.isASCII && $0.isNumber }),
                    length.first != "0"
                else { return false }
                name = name[..<mark]
            }
            return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        (48...57).contains($0) || (97...122).contains($0 | 0x20) || $0 == UInt8(ascii: "_")
                            || $0 == UInt8(ascii: "%")
                    }
            }
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte | 0x20)
    }
}

/// Addresses of the net.
private enum AddressText {
    static func isEmail(_ text: String) -> Bool {
        guard let mark = text.lastIndex(of: "@") else { return false }
        let (local, domain) = (text[..<mark], text[text.index(after: mark)...])
        guard !local.isEmpty, local.utf8.count <= 64 else { return false }
        if !isQuoted(local) {
            let parts = local.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.allSatisfy({ !$0.isEmpty && $0.unicodeScalars.allSatisfy(isAtom) }) else { return false }
        }
        if domain.hasPrefix("["), domain.hasSuffix("]") {
            let address = domain.dropFirst().dropLast()
            return isIPv4(String(address)) || address.hasPrefix("IPv6:") && isIPv6(String(address.dropFirst(5)))
        }
        return isHostname(String(domain))
    }

    private static func isQuoted(_ text: Substring) -> Bool {
        text.utf8.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
            && !text.dropFirst().dropLast().contains("\"")
    }

    private static func isAtom(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 0x20 && scalar.value != 0x7F && !"()<>[]:;@\\,\"".unicodeScalars.contains(scalar)
    }

    static func isHostname(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 253 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard (1...63).contains(label.utf8.count), label.first != "-", label.last != "-" else { return false }
            return label.utf8.allSatisfy {
                (48...57).contains($0) || (97...122).contains($0 | 0x20) || $0 == UInt8(ascii: "-")
            }
        }
    }

    static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                    let value = Int(part)
                else { return false }
                return value <= 255 && (part.utf8.count == 1 || !part.hasPrefix("0"))
            }
    }

    static func isIPv6(_ text: String) -> Bool {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        var count = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let groups = half.split(separator: ":", omittingEmptySubsequences: false)
            for (number, group) in groups.enumerated() {
                let isLast = index == halves.count - 1 && number == groups.count - 1
                if isLast, group.contains(".") {
                    guard isIPv4(String(group)) else { return false }
                    count += 2
                } else {
                    guard (1...4).contains(group.utf8.count), group.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
                        return false
                    }
                    count += 1
                }
            }
        }
        return halves.count == 2 ? count <= 7 : count == 8
    }
}

/// JSON pointers (RFC 6901).
private enum PointerText {
    static func isPointer(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first else { return true }
        guard first == UInt8(ascii: "/") else { return false }
        for (index, byte) in zip(text.indices, text) where byte == UInt8(ascii: "~") {
            guard index + 1 < text.endIndex, text[index + 1] == 48 || text[index + 1] == 49 else { return false }
        }
        return true
    }

    static func isRelative(_ text: [UInt8]) -> Bool {
        let digits = text.prefix { (48...57).contains($0) }
        guard !digits.isEmpty, digits.count == 1 || digits[0] != UInt8(ascii: "0") else { return false }
        let rest = text[digits.count...]
        return rest.elementsEqual("#".utf8) || isPointer(rest)
    }
}
