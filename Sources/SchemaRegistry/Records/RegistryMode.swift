/// What may be done with a subject.
enum RegistryMode: String, Sendable, Hashable, CaseIterable {
    /// Everything but giving ids and versions.
    case readWrite = "READWRITE"
    /// Nothing but reading.
    case readOnly = "READONLY"
    /// The same, and as the mode of everything it counts for all subjects, whatever modes they have.
    case readOnlyOverride = "READONLY_OVERRIDE"
    /// Schemas are brought with their ids and versions, and not compared with others.
    case `import` = "IMPORT"
    /// As `import`; clients that find nothing here ask elsewhere.
    case forward = "FORWARD"

    /// Whether schemas are brought with their ids.
    var isForImports: Bool { self == .import || self == .forward }
    /// Whether nothing may be changed.
    var isReadOnly: Bool { self == .readOnly || self == .readOnlyOverride }
}
