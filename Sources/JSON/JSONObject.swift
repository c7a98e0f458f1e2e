/// The members of a JSON object, in the order they were written.
///
/// A name stands once: writing it again replaces the value and keeps the place, as Jackson does. Two objects are equal
/// when they have the same members, in whatever order.
public struct JSONObject: Sendable {
    /// One name with its value.
    public struct Member: Sendable, Hashable {
        /// The name, unique in its object.
        public var name: String
        /// The value.
        public var value: JSONValue
    }

    /// The members in order.
    public private(set) var members: [Member] = []

    /// Where each name stands; built only for big objects, where a scan per name would make parsing quadratic.
    private var places: [Name: Int]?

    /// A name by its bytes: a `String` also equals one that only looks the same, such as é in one scalar and in two.
    private struct Name: Hashable, Sendable {
        let text: String

        static func == (left: Name, right: Name) -> Bool { left.text.isSame(as: right.text) }
        func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
    }

    /// The number of members up to which a scan is cheaper than hashing the name.
    private static let scanLimit = 16

    /// Creates an object without members.
    public init() {}

    /// The number of members.
    public var count: Int { members.count }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The value of the member `name`; setting `nil` removes it.
    ///
    /// - Complexity: O(1) for reading and writing; O(*n*) for removing.
    public subscript(name: String) -> JSONValue? {
        get { place(of: name).map { members[$0].value } }
        set {
            if let place = place(of: name) {
                if let newValue {
                    members[place].value = newValue
                } else {
                    members.remove(at: place)
                    rebuildPlaces()
                }
            } else if let newValue {
                members.append(Member(name: name, value: newValue))
                if places != nil { places?[Name(text: name)] = members.count - 1 } else { rebuildPlaces() }
            }
        }
    }

    private func place(of name: String) -> Int? {
        if let places { return places[Name(text: name)] }
        return members.firstIndex { $0.name.isSame(as: name) }
    }

    private mutating func rebuildPlaces() {
        guard members.count > Self.scanLimit else { return places = nil }
        places = Dictionary(uniqueKeysWithValues: members.enumerated().map { (Name(text: $1.name), $0) })
    }
}

extension JSONObject: Sequence {
    /// The members in order.
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: Hashable {
    /// Whether both hold the same.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    /// Feeds the value to a hasher.
    public func hash(into hasher: inout Hasher) {
        // Order must not count, so the members' hashes are added up.
        var sum = 0
        for member in members { sum &+= member.hashValue }
        hasher.combine(sum)
    }
}

extension String {
    /// Whether both have the same bytes.
    fileprivate func isSame(as other: String) -> Bool {
        // Cheap where they differ, as nearly always.
        self == other && utf8.elementsEqual(other.utf8)
    }
}
