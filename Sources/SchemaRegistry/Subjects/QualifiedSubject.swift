/// A subject with its context, written `:.context:subject`; without one it is in the default context, `.`.
struct QualifiedSubject: Sendable, Hashable {
    /// The context with its dot; `.` for the default one.
    var context: String
    /// The subject in it; empty where the context itself is meant.
    var subject: String

    /// The context of what does not say one.
    static let defaultContext = "."
    /// The context that stands for all, in configurations and modes.
    static let globalContext = ".__GLOBAL"
    /// What stands before a subject of any context, in prefixes.
    static let wildcard = ":*:"
    private static let contextPrefix = ":."
    private static let reservedSubjects: Set<String> = ["__GLOBAL", "__EMPTY"]

    init(context: String, subject: String = "") {
        self.context = context
        self.subject = subject
    }

    /// Takes a name apart.
    init(_ name: String) {
        guard name.hasPrefix(Self.contextPrefix) else {
            self.init(context: Self.defaultContext, subject: name)
            return
        }
        let rest = name.dropFirst()
        let context = rest.prefix { $0 != ":" }
        self.init(context: String(context), subject: String(rest.dropFirst(context.count + 1)))
    }

    /// The name; the default context is left out.
    var name: String { qualifier + subject }

    /// What stands before the subject; empty for the default context.
    var qualifier: String { context == Self.defaultContext ? "" : ":\(context):" }

    /// The name in its one form: `:.:a` is `a`.
    static func normalized(_ name: String) -> String { QualifiedSubject(name).name }

    /// The key of configurations and modes: `nil` for the default context.
    static func scope(_ name: String?) -> String? {
        guard let name else { return nil }
        let normalized = normalized(name)
        return normalized.isEmpty ? nil : normalized
    }

    /// The name of a subject that something in another one refers to: in the same context, if it does not say another.
    func resolve(_ name: String) -> String {
        let other = QualifiedSubject(name)
        guard other.context == Self.defaultContext, context != Self.defaultContext else { return other.name }
        return QualifiedSubject(context: context, subject: name).name
    }

    /// Whether a subject is meant by what may be a subject, a context or everything.
    static func scope(_ scope: String?, covers subject: String) -> Bool {
        guard let scope else { return true }
        if scope == subject { return true }
        let parts = QualifiedSubject(scope)
        guard parts.subject.isEmpty else { return false }
        return parts.context == globalContext || parts.context == QualifiedSubject(subject).context
    }

    /// Whether a name may be used.
    ///
    /// - Parameters:
    ///   - isScope: Whether a context or everything may be meant too, as in configurations and modes.
    ///   - allowsEmpty: Whether a subject may have no name.
    static func isValid(_ name: String, isScope: Bool = false, allowsEmpty: Bool = true) -> Bool {
        let isControl: (Unicode.Scalar) -> Bool = { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
        if name.unicodeScalars.contains(where: isControl) { return false }
        let parts = QualifiedSubject(name)
        if reservedSubjects.contains(parts.subject) { return false }
        if !allowsEmpty, parts.subject.isEmpty || parts.subject == "*" { return false }
        return isScope || parts.context != globalContext
    }

    /// What stands before subjects of a context that a path names: `.ctx`, `ctx` and `:.ctx:` are the same.
    ///
    /// - Returns: `nil` for what no context is called.
    static func qualifier(ofContextIn segment: String) -> String? {
        var context = Substring(segment)
        if context.hasPrefix(":") { context = context.dropFirst() }
        if context.hasSuffix(":") { context = context.dropLast() }
        guard !context.contains(":") else { return nil }
        let dotted = context.hasPrefix(".") ? String(context) : "." + context
        return QualifiedSubject(context: dotted).qualifier
    }

    /// Whether a text says its context, or all of them.
    static func isQualified(_ text: String) -> Bool { text.hasPrefix(contextPrefix) || text.hasPrefix(wildcard) }
}
