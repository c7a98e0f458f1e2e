import AvroFormat
import JSON
import ServerHarness

/// Makes up schemas and values of them.
struct RandomSchema {
    var random: SeededGenerator
    /// Whether a value of a union can be told by its JSON alone: one number type at most, and one kind of text.
    var isPlain = false
    private var names = 0
    private var defined: [String] = []

    init(seed: UInt64, isPlain: Bool = false) {
        random = SeededGenerator(seed: seed)
        self.isPlain = isPlain
    }

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    /// A record, so that there is always something to look at.
    mutating func schema() -> JSONValue {
        names = 0
        defined = []
        return record(depth: 0)
    }

    private mutating func name() -> String {
        names += 1
        return "T\(names)"
    }

    private mutating func record(depth: Int) -> JSONValue {
        let name = name()
        var object = JSONObject()
        object["type"] = "record"
        object["name"] = .string(name)
        if depth == 0 || below(4) == 0 { object["namespace"] = .string(["a", "a.b", "c"][below(3)]) }
        let fields = (0..<1 + below(5)).map { index -> JSONValue in
            var field = JSONObject()
            field["name"] = .string("f\(index)")
            field["type"] = type(depth: depth + 1)
            if below(4) == 0 { field["doc"] = "what it is" }
            if below(6) == 0 { field["aliases"] = [.string("g\(index)")] }
            if below(6) == 0 { field["x-\(below(3))"] = [1, "two", nil] }
            return .object(field)
        }
        object["fields"] = .array(fields)
        if below(3) == 0 { object["doc"] = "\"quoted\"" }
        return .object(object)
    }

    private static let primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]

    private mutating func type(depth: Int) -> JSONValue {
        switch below(depth > 4 ? 5 : 12) {
        case 0...4: return .string(Self.primitives[below(8)])
        case 5: return ["type": "array", "items": type(depth: depth + 1)]
        case 6: return ["type": "map", "values": type(depth: depth + 1)]
        case 7: return ["type": "enum", "name": .string(name()), "symbols": ["A", "B", "C"]]
        case 8: return ["type": "fixed", "name": .string(name()), "size": .integer(below(20))]
        case 9: return record(depth: depth + 1)
        default: return union(depth: depth)
        }
    }

    private mutating func union(depth: Int) -> JSONValue {
        var members: [JSONValue] = ["null"]
        let kinds = isPlain ? ["boolean", Self.primitives[2 + below(4)], "string"] : Array(Self.primitives.dropFirst())
        for kind in kinds.shuffled(using: &random).prefix(1 + below(4)) { members.append(.string(kind)) }
        switch below(4) {
        case 0: members.append(record(depth: depth + 1))
        case 1 where !isPlain: members.append(["type": "enum", "name": .string(name()), "symbols": ["A", "D"]])
        case 2: members.append(["type": "array", "items": type(depth: depth + 1)])
        default: break
        }
        return .array(members.shuffled(using: &random))
    }

    /// A value of a type.
    mutating func value(of id: AvroTypeID, in types: AvroTypes) -> AvroValue {
        switch types[id].content {
        case .null: return .null
        case .boolean: return .boolean(below(2) == 0)
        case .int: return .int(Int32(truncatingIfNeeded: random.next() >> UInt64(32 + below(32))))
        case .long: return .long(Int64(truncatingIfNeeded: random.next() >> UInt64(below(64))))
        case .float: return .float(Float(Int.random(in: -1_000_000...1_000_000, using: &random)) / 37)
        case .double: return .double(Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 37)
        case .bytes: return .bytes(bytes(below(10)))
        case .string: return .string(text())
        case .fixed(let fixed): return .fixed(bytes(fixed.size))
        case .enumeration(let enumeration): return .enumeration(below(enumeration.symbols.count))
        case .union(let members):
            let place = below(members.count)
            return .union(place, value(of: members[place], in: types))
        case .record(let record): return .record(record.fields.map { value(of: $0.type, in: types) })
        case .array(let items): return .array((0..<below(4)).map { _ in value(of: items, in: types) })
        case .map(let values):
            return .map(
                (0..<below(4)).map { AvroValue.Entry(key: "k\($0)", value: value(of: values, in: types)) })
        }
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    private mutating func text() -> String {
        String((0..<below(12)).map { _ in ["a", "é", "\"", "\\", "\n", "語", "🎉", " "][below(8)] as Character })
    }
}
