/// The options of a descriptor that Schema Registry prints: those of descriptor.proto that its table has, and `confluent`'s
/// own. Other custom options are lost, as they are there: a descriptor does not say what they are called.
enum KnownOptions {
    private enum Kind {
        case string
        case bool
        case word([String])
    }

    /// The number of the extensions that `confluent/meta.proto` declares.
    private static let metaNumber = 1088

    private static let file: [(Int, String, Kind)] = [
        (1, "java_package", .string), (8, "java_outer_classname", .string), (10, "java_multiple_files", .bool),
        (20, "java_generate_equals_and_hash", .bool), (27, "java_string_check_utf8", .bool),
        (9, "optimize_for", .word(["", "SPEED", "CODE_SIZE", "LITE_RUNTIME"])), (11, "go_package", .string),
        (16, "cc_generic_services", .bool), (17, "java_generic_services", .bool), (18, "py_generic_services", .bool),
        (23, "deprecated", .bool), (31, "cc_enable_arenas", .bool), (36, "objc_class_prefix", .string),
        (37, "csharp_namespace", .string), (39, "swift_prefix", .string), (40, "php_class_prefix", .string),
        (41, "php_namespace", .string), (44, "php_metadata_namespace", .string), (45, "ruby_package", .string),
    ]
    private static let message: [(Int, String, Kind)] = [
        (2, "no_standard_descriptor_accessor", .bool), (3, "deprecated", .bool), (7, "map_entry", .bool),
    ]
    private static let field: [(Int, String, Kind)] = [
        (1, "ctype", .word(["STRING", "CORD", "STRING_PIECE"])), (2, "packed", .bool),
        (6, "jstype", .word(["JS_NORMAL", "JS_STRING", "JS_NUMBER"])), (3, "deprecated", .bool),
    ]
    private static let enumeration: [(Int, String, Kind)] = [(2, "allow_alias", .bool), (3, "deprecated", .bool)]
    private static let enumValue: [(Int, String, Kind)] = [(1, "deprecated", .bool)]
    private static let service: [(Int, String, Kind)] = [(33, "deprecated", .bool)]
    private static let method: [(Int, String, Kind)] = [
        (33, "deprecated", .bool),
        (34, "idempotency_level", .word(["IDEMPOTENCY_UNKNOWN", "NO_SIDE_EFFECTS", "IDEMPOTENT"])),
    ]

    /// The options in Schema Registry's order.
    static func read(
        _ options: WireMessage, _ element: OptionReader.Element
    ) throws(WireReader.Failure) -> [OptionElement] {
        let table: (known: [(Int, String, Kind)], meta: String?) =
            switch element {
            case .file: (file, "confluent.file_meta")
            case .message: (message, "confluent.message_meta")
            case .field: (field, "confluent.field_meta")
            case .enumeration: (enumeration, "confluent.enum_meta")
            case .enumValue: (enumValue, "confluent.enum_value_meta")
            case .service: (service, nil)
            case .method: (method, nil)
            case .oneof, .extensionRange: ([], nil)
            }
        var found: [OptionElement] = []
        for (number, name, kind) in table.known {
            guard let value = Self.value(options, number, kind) else { continue }
            found.append(OptionElement(name: name, isParenthesized: false, value: value))
        }
        if let name = table.meta, options.has(metaNumber) {
            let members = try meta(try options.message(metaNumber))
            if !members.isEmpty { found.append(OptionElement(name: name, isParenthesized: true, value: .map(members))) }
        }
        return found
    }

    private static func value(_ options: WireMessage, _ number: Int, _ kind: Kind) -> OptionValue? {
        switch kind {
        case .string: options.string(number).map(OptionValue.string)
        case .bool: options.bool(number).map { .word($0 ? "true" : "false") }
        case .word(let words):
            options.integer(number).flatMap { words.indices.contains($0) ? .word(words[$0]) : nil }
        }
    }

    // MARK: confluent.Meta

    private static func meta(_ meta: WireMessage) throws(WireReader.Failure) -> [OptionValue.Member] {
        var members: [OptionValue.Member] = []
        if let doc = meta.string(1), !doc.isEmpty { members.append(.init(key: "doc", value: .string(doc))) }
        var params: [OptionValue] = []
        for entry in try meta.messages(2) {
            let key = OptionValue.Member(key: "key", value: .string(entry.string(1) ?? ""))
            let value = OptionValue.Member(key: "value", value: .string(entry.string(2) ?? ""))
            // These two stand the other way round for as long as there have been any.
            let isSwapped = key.value == .string("precision") || key.value == .string("scale")
            params.append(.map(isSwapped ? [value, key] : [key, value]))
        }
        if !params.isEmpty { members.append(.init(key: "params", value: .list(params))) }
        let tags = meta.strings(3)
        if !tags.isEmpty { members.append(.init(key: "tags", value: .list(tags.map(OptionValue.string)))) }
        var rules: [OptionValue] = []
        for rule in try meta.messages(4) {
            let fields = [(1, "name"), (2, "doc"), (3, "expr"), (4, "sql")].compactMap { number, name in
                rule.string(number).flatMap { text in
                    text.isEmpty ? nil : OptionValue.Member(key: name, value: .string(text))
                }
            }
            if !fields.isEmpty { rules.append(.map(fields)) }
        }
        if !rules.isEmpty { members.append(.init(key: "rules", value: .list(rules))) }
        return members
    }
}
