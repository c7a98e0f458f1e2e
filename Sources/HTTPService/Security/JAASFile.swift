import TransportSecurity

/// A file in the syntax of Java's login configuration: sections of login modules with options.
///
/// ```
/// KafkaConnect {
///     org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule required
///     file="/etc/millrace/users.properties";
/// };
/// ```
public struct JAASFile: Sendable {
    /// One module of a section.
    public struct Module: Sendable, Hashable {
        /// The class, with its package.
        public var className: String
        /// Whether the module has to agree: `required`, `requisite`, `sufficient` or `optional`.
        public var flag: String
        /// What the module is told.
        public var options: [String: String]

        /// Creates a module.
        public init(className: String, flag: String, options: [String: String]) {
            self.className = className
            self.flag = flag
            self.options = options
        }
    }

    private var sections: [String: [Module]] = [:]

    /// Reads a file.
    ///
    /// - Throws: `BoundedFileError` when it cannot be read; ``HTTPServiceError`` with the line when it is not of this syntax.
    public init(path: String) throws {
        let bytes = try BoundedFile.read(path)
        do {
            try self.init(parsing: String(decoding: bytes, as: UTF8.self))
        } catch let error as HTTPServiceError {
            throw HTTPServiceError("\(path): \(error.message)")
        }
    }

    /// Reads the text of a file.
    public init(parsing text: String) throws {
        var tokens = try JAASTokens(text)
        while let name = tokens.next() {
            try tokens.expect("{")
            var modules: [Module] = []
            while let className = tokens.next(), className != "}" { modules.append(try tokens.module(className)) }
            try tokens.expect(";")
            sections[name] = modules
        }
    }

    /// The modules of a section; `nil` when there is no such section.
    public func modules(of section: String) -> [Module]? { sections[section] }
}

/// The words of a login configuration, with the lines that they stand in.
private struct JAASTokens {
    private var tokens: [(text: String, line: Int)] = []
    private var position = 0

    init(_ text: String) throws {
        var line = 1
        var rest = Substring(text)
        while let character = rest.first {
            if character.isNewline { line += 1 }
            if character.isWhitespace {
                rest = rest.dropFirst()
            } else if rest.hasPrefix("//") || character == "#" {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                let comment = try Self.take(&rest, after: 2, until: "*/", line)
                line += comment.count { $0.isNewline }
            } else if character == "\"" {
                tokens.append((String(try Self.take(&rest, after: 1, until: "\"", line)), line))
            } else if "{};=".contains(character) {
                tokens.append((String(character), line))
                rest = rest.dropFirst()
            } else {
                let word = rest.prefix { !$0.isWhitespace && !"{};=\"".contains($0) }
                tokens.append((String(word), line))
                rest = rest[word.endIndex...]
            }
        }
    }

    private static func take(
        _ rest: inout Substring, after start: Int, until end: String, _ line: Int
    ) throws -> Substring {
        var position = rest.index(rest.startIndex, offsetBy: start)
        let first = position
        while position < rest.endIndex {
            if rest[position...].hasPrefix(end) {
                let text = rest[first..<position]
                rest = rest[rest.index(position, offsetBy: end.count)...]
                return text
            }
            position = rest.index(after: position)
        }
        throw HTTPServiceError("line \(line): what begins there has no \(end) at its end")
    }

    mutating func next() -> String? {
        guard position < tokens.count else { return nil }
        position += 1
        return tokens[position - 1].text
    }

    mutating func expect(_ text: String) throws {
        guard next() == text else { throw unexpected(text) }
    }

    /// Reads what follows a module's class, to the semicolon.
    mutating func module(_ className: String) throws -> JAASFile.Module {
        guard let flag = next()?.lowercased(), ["required", "requisite", "sufficient", "optional"].contains(flag) else {
            throw unexpected("required")
        }
        var options: [String: String] = [:]
        while let name = next(), name != ";" {
            try expect("=")
            guard let value = next() else { throw unexpected("a value") }
            options[name] = value
        }
        return JAASFile.Module(className: className, flag: flag, options: options)
    }

    private func unexpected(_ wanted: String) -> HTTPServiceError {
        let line = tokens.indices.contains(position - 1) ? tokens[position - 1].line : tokens.last?.line ?? 1
        return HTTPServiceError("line \(line): there has to be \(wanted)")
    }
}
