import ConnectAPI

/// The files of a connector: one, a list of them, or patterns.
struct FileSelection: Sendable {
    /// The most files that one connector reads; each that exists takes a descriptor.
    static let fileLimit = 1000

    /// The files that are named, in order.
    let names: [String]
    /// The patterns that further files are found by.
    let patterns: [PathPattern]

    /// Reads the value of `file`.
    ///
    /// A text without commas and without anything that patterns have is one name, whatever else is in it, as with Kafka.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` that says what is wrong.
    init(_ text: String) throws {
        guard text.unicodeScalars.contains(where: { ",*?[".unicodeScalars.contains($0) }) else {
            names = [text]
            patterns = []
            return
        }
        var names: [String] = []
        var patterns: [PathPattern] = []
        for element in Self.elements(of: text) {
            let element = element.trimmingSpace
            guard !element.isEmpty else {
                throw ConnectError(.invalidConfiguration, "The list of files '\(text)' has an empty element")
            }
            let pattern = try PathPattern(element)
            if let name = pattern.name {
                if !names.contains(name) { names.append(name) }
            } else {
                patterns.append(pattern)
            }
            guard names.count + patterns.count <= Self.fileLimit else { throw Self.tooMany }
        }
        self.names = names
        self.patterns = patterns
    }

    /// Whether this is one file that is named.
    var isSingle: Bool { names.count == 1 && patterns.isEmpty }

    /// Whether a file of this path is read as one of its own.
    func has(_ path: String) -> Bool { names.contains(path) || patterns.contains { $0.matches(path) } }

    /// The number of tasks that it makes sense to have: how many files a pattern will match is not known.
    func taskCount(maximum: Int) -> Int { patterns.isEmpty ? min(names.count, maximum) : maximum }

    /// The named files of one task: each task's number is as good as another's, so they are dealt out in turn.
    func names(of share: FileShare) -> [String] {
        names.enumerated().filter { $0.offset % share.count == share.index }.map(\.element)
    }

    /// The files of one task that patterns match now, without the named ones, in order.
    ///
    /// - Throws: ``ConnectError`` for a folder that cannot be listed, and for more files than ``fileLimit``.
    func found(of share: FileShare) throws -> [String] {
        var found: Set<String> = []
        for pattern in patterns { found.formUnion(try pattern.files()) }
        found.subtract(names)
        guard found.count + names.count <= Self.fileLimit else { throw Self.tooMany }
        return found.filter { share.has($0) }.sorted()
    }

    /// Cuts at commas, except those with a backslash.
    private static func elements(of text: String) -> [String] {
        var elements = [""]
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if scalar == ",", !isEscaped {
                elements.append("")
            } else {
                elements[elements.count - 1].unicodeScalars.append(scalar)
            }
            isEscaped = scalar == "\\" && !isEscaped
        }
        return elements
    }

    private static var tooMany: ConnectError {
        ConnectError(
            .failed, "More than \(fileLimit) files match 'file': narrow it down, or divide them over several connectors"
        )
    }
}

extension ConfigValidator {
    /// Accepts a file, a list of files and patterns.
    static let files = ConfigValidator { text in
        do { _ = try FileSelection(text) } catch let error as ConnectError { return error.message } catch {
            return "\(error)"
        }
        return nil
    }

    /// Accepts patterns for lines.
    static let linePattern = ConfigValidator { text in
        do { _ = try LinePattern(text) } catch let error as ConnectError { return error.message } catch {
            return "\(error)"
        }
        return nil
    }
}
