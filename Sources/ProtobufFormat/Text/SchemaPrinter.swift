/// Prints a file as Schema Registry does: two spaces for each level, one kind of thing after the other, an empty line
/// between kinds.
struct SchemaPrinter {
    /// The highest field number, which is printed as `max`.
    private static let maximumNumber = 536_870_911

    private let options = OptionPrinter()

    /// The file's text.
    func text(of file: FileElement) -> String {
        var text = ""
        if let syntax = file.syntax { text += "syntax = \"\(syntax)\";\n" }
        if let package = file.package { text += "package \(package);\n" }
        if !file.imports.isEmpty || !file.publicImports.isEmpty {
            text += "\n"
            for name in file.imports { text += "import \"\(name)\";\n" }
            for name in file.publicImports { text += "import public \"\(name)\";\n" }
        }
        var parts = file.options.isEmpty ? [] : [file.options.map(options.statement)]
        let types = file.messages.map(message) + file.enums.map(enumeration)
        if !types.isEmpty { parts.append(types) }
        if !file.extends.isEmpty { parts.append(file.extends.map(extend)) }
        if !file.services.isEmpty { parts.append(file.services.map(service)) }
        for part in parts { text += "\n" + part.joined() }
        return text
    }

    // MARK: Types

    private func message(_ message: MessageElement) -> String {
        "message \(message.name) {" + body(message) + "}\n"
    }

    private func body(_ message: MessageElement) -> String {
        let parts: [[String]] = [
            message.reserved.map(reserved), message.options.map(options.statement), message.fields.map(field),
            message.oneofs.map(oneof), message.groups.map(group), message.extensions.map(extensions),
            message.extends.map(extend), message.messages.map(self.message) + message.enums.map(enumeration),
        ]
        return block(parts)
    }

    /// Parts between braces, an empty line between them; nothing for parts without anything.
    private func block(_ parts: [[String]]) -> String {
        parts.filter { !$0.isEmpty }.map { "\n" + $0.map { $0.indented }.joined() }.joined()
    }

    private func oneof(_ oneof: OneofElement) -> String {
        "oneof \(oneof.name) {"
            + block([oneof.options.map(options.statement), oneof.fields.map(field), oneof.groups.map(group)]) + "}\n"
    }

    private func group(_ group: GroupElement) -> String {
        (group.label.map { $0 + " " } ?? "") + "group \(group.message.name) = \(group.number) {" + body(group.message)
            + "}\n"
    }

    private func extend(_ extend: ExtendElement) -> String {
        "extend \(extend.name) {" + block([extend.fields.map(field), extend.groups.map(group)]) + "}\n"
    }

    private func enumeration(_ type: EnumElement) -> String {
        // Options and values are one part here, and stand right below what is reserved.
        let lines = type.reserved.map(reserved) + type.options.map(options.statement) + type.values.map(value)
        return "enum \(type.name) {" + block([lines]) + "}\n"
    }

    private func service(_ service: ServiceElement) -> String {
        "service \(service.name) {" + block([service.options.map(options.statement), service.methods.map(method)])
            + "}\n"
    }

    private func method(_ method: MethodElement) -> String {
        var text = "rpc \(method.name) ("
        text += (method.isRequestStreaming ? "stream " : "") + method.request + ") returns ("
        text += (method.isResponseStreaming ? "stream " : "") + method.response + ")"
        if !method.options.isEmpty {
            text += " {\n" + method.options.map { options.statement($0).indented }.joined() + "}"
        }
        return text + ";\n"
    }

    // MARK: Lines

    private func field(_ field: FieldElement) -> String {
        (field.label.map { $0 + " " } ?? "") + "\(field.type) \(field.name) = \(field.number)"
            + options.bracketed(field.options) + ";\n"
    }

    private func value(_ value: EnumValueElement) -> String {
        "\(value.name) = \(value.number)" + options.bracketed(value.options) + ";\n"
    }

    private func reserved(_ reserved: ReservedElement) -> String {
        let values = reserved.values.map { value in
            switch value {
            case .name(let name): "\"\(name)\""
            case .range(let range): self.range(range)
            }
        }
        return "reserved " + values.joined(separator: ", ") + ";\n"
    }

    private func extensions(_ extensions: ExtensionsElement) -> String {
        "extensions " + extensions.ranges.map(range).joined(separator: ", ") + options.bracketed(extensions.options)
            + ";\n"
    }

    private func range(_ range: ClosedRange<Int>) -> String {
        if range.count == 1 { return String(range.lowerBound) }
        let end = range.upperBound < Self.maximumNumber ? String(range.upperBound) : "max"
        return "\(range.lowerBound) to \(end)"
    }
}

/// Prints options.
struct OptionPrinter {
    /// An option as a statement of its own.
    func statement(_ option: OptionElement) -> String { "option \(assignment(option));\n" }

    /// Options behind a field or a value, a space before them; nothing where there is none.
    func bracketed(_ options: [OptionElement]) -> String {
        options.isEmpty ? "" : " " + list(options.map(assignment))
    }

    private func list(_ values: [String]) -> String {
        if values.count == 1 { return "[\(values[0])]" }
        return "[\n" + lines(values) + "]"
    }

    private func lines(_ values: [String]) -> String {
        values.enumerated().map { ($1 + ($0 < values.count - 1 ? "," : "")).indented }.joined()
    }

    private func assignment(_ option: OptionElement) -> String {
        let name = option.isParenthesized ? "(\(option.name))" : option.name
        switch option.value {
        case .option(let nested): return "\(name).\(assignment(nested))"
        case .list(let values): return "\(name) = " + list(values.map(value))
        default: return "\(name) = \(value(option.value))"
        }
    }

    private func value(_ value: OptionValue) -> String {
        switch value {
        case .string(let text): "\"\(Self.escaped(text))\""
        case .escaped(let text): "\"\(text)\""
        case .word(let word): word
        case .number(let digits): digits
        case .option(let nested): assignment(nested)
        case .map(let members): "{\n" + lines(members.map { "\($0.key): \(self.value($0.value))" }) + "}"
        case .list(let values): "[\n" + lines(values.map(self.value)) + "]"
        }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{0}": escaped += "\\000"
            case "\u{7}": escaped += "\\a"
            case "\u{8}": escaped += "\\b"
            case "\u{C}": escaped += "\\f"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case "\u{B}": escaped += "\\v"
            case "\\": escaped += "\\\\"
            case "'": escaped += "\\'"
            case "\"": escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension String {
    /// Every line with two spaces before it, and an end to the last.
    fileprivate var indented: String {
        var lines = split(separator: "\n", omittingEmptySubsequences: false)
        while lines.count > 1, lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.map { "  \($0)\n" }.joined()
    }
}
