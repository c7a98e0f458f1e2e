/// The name of a value: any bytes, in the order of which etcd keeps its keys.
package struct EtcdKey: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The bytes, at least one where a key names a value.
    package let bytes: [UInt8]

    /// Creates a key from bytes.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Creates a key from text, in UTF-8.
    package init(_ text: String) { bytes = Array(text.utf8) }

    /// Creates a key from a literal.
    package init(stringLiteral value: String) { self.init(value) }

    /// Whether the left one stands before the right one, byte by byte.
    package static func < (left: EtcdKey, right: EtcdKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// Whether the key begins with another.
    package func hasPrefix(_ prefix: EtcdKey) -> Bool { bytes.starts(with: prefix.bytes) }

    /// The key as text, with what is not UTF-8 replaced: for logs and messages only.
    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// The key that follows directly on this one.
    var successor: EtcdKey { EtcdKey(bytes: bytes + [0]) }
}

/// What a request or a watch is about: one key, or all that begin alike.
package enum EtcdKeyRange: Sendable, Hashable {
    /// One key.
    case key(EtcdKey)
    /// All keys that begin with these bytes; all there are when there are none.
    case prefix(EtcdKey)

    /// Whether the range takes in a key.
    package func contains(_ key: EtcdKey) -> Bool {
        switch self {
        case .key(let only): key == only
        case .prefix(let prefix): key.hasPrefix(prefix)
        }
    }
}

/// The bounds of a range as etcd takes them.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/learning/api/#range
struct EtcdBounds: Sendable, Hashable {
    /// The first key.
    var key: [UInt8]
    /// Nil for ``key`` alone; else an exclusive bound, or `[0]` for no bound.
    var end: [UInt8]?

    /// The bounds of a range below the prefix of all keys.
    init(_ range: EtcdKeyRange, below keyPrefix: [UInt8]) {
        switch range {
        case .key(let key):
            (self.key, end) = (keyPrefix + key.bytes, nil)
        case .prefix(let prefix):
            let first = keyPrefix + prefix.bytes
            // etcd takes no empty key; a single zero byte is the least there can be.
            key = first.isEmpty ? [0] : first
            end = Self.end(ofPrefix: first)
        }
    }

    /// The least key above all that begin with `prefix`: its last byte below 255 is raised and what follows is cut.
    static func end(ofPrefix prefix: [UInt8]) -> [UInt8] {
        guard let place = prefix.lastIndex(where: { $0 < 255 }) else { return [0] }
        return prefix[..<place] + [prefix[place] + 1]
    }
}
