import SchemaFormat

/// Makes elements of options: those of a text, which are as they were written, or those of a descriptor, which libprotobuf
/// or a client's compiler has interpreted.
struct OptionReader {
    /// What options are on.
    enum Element {
        case file
        case message
        case field
        case oneof
        case extensionRange
        case enumeration
        case enumValue
        case service
        case method
    }

    /// The number of the options that are not interpreted yet, in every kind of options.
    private static let uninterpretedNumber = 999

    private let numbers: NumberTexts?

    init(text: [UInt8]?, locations: [SourceLocation]) {
        numbers = text.map { NumberTexts($0, locations) }
    }

    /// The options in the order of the text; of a descriptor, in that of Schema Registry.
    func read(_ options: WireMessage, _ element: Element, at path: [Int]) throws(SchemaError) -> [OptionElement] {
        do {
            var found: [OptionElement] = []
            for (index, option) in try options.messages(Self.uninterpretedNumber).enumerated() {
                found.append(try uninterpreted(option, at: path + [Self.uninterpretedNumber, index]))
            }
            // The parser itself sets what no text says: that an entry is one of a map. It is printed as a map.
            if numbers == nil { found += try KnownOptions.read(options, element) }
            return found
        } catch let error as SchemaError {
            throw error
        } catch {
            throw SchemaError(.invalidSchema, "an option cannot be read")
        }
    }

    private func uninterpreted(_ option: WireMessage, at path: [Int]) throws -> OptionElement {
        let parts = try option.messages(2).map { (name: $0.string(1) ?? "", isExtension: $0.bool(2) ?? false) }
        guard let first = parts.first else { throw SchemaError(.invalidSchema, "an option has no name") }
        var value = try self.value(option, at: path)
        for part in parts.dropFirst().reversed() {
            let name = part.isExtension ? "(\(part.name))" : part.name
            value = .option(OptionElement(name: name, isParenthesized: false, value: value))
        }
        return OptionElement(name: first.name, isParenthesized: first.isExtension, value: value)
    }

    private func value(_ option: WireMessage, at path: [Int]) throws -> OptionValue {
        if let word = option.string(3) { return .word(word) }
        if let number = option.number(4) { return .number(numbers?.text(at: path) ?? String(number)) }
        if let number = option.number(5) {
            return .number(numbers?.text(at: path) ?? String(Int64(bitPattern: number)))
        }
        if let number = option.double(6) { return .number(numbers?.text(at: path) ?? number.description) }
        if let bytes = option.bytes(7).last { return OptionValue(bytes: bytes) }
        if let text = option.string(8) { return .map(try AggregateReader.read(text)) }
        throw SchemaError(.invalidSchema, "an option has no value")
    }
}

extension OptionValue {
    /// Text, or bytes that are none.
    init(bytes: some Collection<UInt8>) {
        if let text = String(validating: bytes, as: UTF8.self) {
            self = .string(text)
        } else {
            self = .escaped(String(decoding: bytes.flatMap(Self.escapes), as: UTF8.self))
        }
    }

    private static func escapes(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
        case 0x20..<0x7F: [byte]
        default: [UInt8(ascii: "\\"), 0x30 + (byte >> 6), 0x30 + (byte >> 3 & 7), 0x30 + (byte & 7)]
        }
    }
}

/// The digits that numbers were written with, which their values do not tell.
struct NumberTexts {
    private let text: [UInt8]
    /// Where each line begins.
    private let lines: [Int]
    /// Which lines have a tabulator, behind which columns are no longer bytes.
    private let tabbed: Set<Int>
    private let spans: [[Int]: (start: SourcePosition, end: SourcePosition)]

    /// How far into a line with tabulators numbers are looked for.
    private static let tabbedLimit = 4096

    init(_ text: [UInt8], _ locations: [SourceLocation]) {
        self.text = text
        lines = [0] + text.indices.filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        var line = 0
        var tabbed: Set<Int> = []
        for byte in text {
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte == UInt8(ascii: "\t") { tabbed.insert(line) }
        }
        self.tabbed = tabbed
        let options = locations.filter { $0.path.count >= 3 && $0.path[$0.path.count - 2] == 999 }
        spans = Dictionary(options.map { ($0.path, (start: $0.start, end: $0.end)) }) { first, _ in first }
    }

    /// The number behind the last `=` of an option; `nil` where what stands there is not a plain number.
    func text(at path: [Int]) -> String? {
        guard let span = spans[path], let start = place(span.start), let end = place(span.end), start <= end else {
            return nil
        }
        guard let equals = text[start..<end].lastIndex(of: UInt8(ascii: "=")) else { return nil }
        let number = text[(equals + 1)..<end].filter { $0 > 0x20 && $0 != UInt8(ascii: ";") }
        let isPlain = number.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "x"), UInt8(ascii: "X"):
                true
            default: false
            }
        }
        return isPlain && !number.isEmpty ? String(decoding: number, as: UTF8.self) : nil
    }

    private func place(_ position: SourcePosition) -> Int? {
        guard lines.indices.contains(position.line) else { return nil }
        var place = lines[position.line]
        guard tabbed.contains(position.line) else {
            return place + position.column <= text.count ? place + position.column : nil
        }
        // Nobody writes such a line, and it would be looked through for each of its numbers.
        guard position.column <= Self.tabbedLimit else { return nil }
        var column = 0
        while column < position.column, place < text.count {
            column = text[place] == 9 ? (column / 8 + 1) * 8 : column + 1
            place += 1
        }
        return place <= text.count ? place : nil
    }
}
