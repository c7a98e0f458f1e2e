import ConnectAPI

/// What has to change for one configuration to become another one.
struct ConfigurationDifference: Equatable {
    /// A key's change.
    struct Change: Equatable {
        let key: String
        /// The value now; `nil` for a key that comes.
        let old: String?
        /// The value afterwards; `nil` for a key that goes.
        let new: String?
        /// Whether the values are for no one to see.
        let isSecret: Bool
    }

    /// What stands for the value of a secret, here and in a worker's answers.
    static let hidden = "[hidden]"

    /// The changes by key.
    let changes: [Change]

    /// Compares two configurations.
    ///
    /// A worker hides passwords that are written into a configuration: whether such a one changes cannot be told, and
    /// it is no change here. A reference that takes its place is.
    ///
    /// - Parameter passwords: The keys that their connector defines as passwords.
    init(from old: [String: String], to new: [String: String], passwords: Set<String> = []) {
        changes = Set(old.keys).union(new.keys).sorted().compactMap { key in
            guard old[key] != new[key] else { return nil }
            if old[key] == Self.hidden, let value = new[key], !Self.isReference(value) { return nil }
            return Change(
                key: key, old: old[key], new: new[key], isSecret: passwords.contains(key) || SecretName.speaks(key))
        }
    }

    /// Whether there is nothing to change.
    var isEmpty: Bool { changes.isEmpty }

    /// The changes, a line each: `+` for what comes, `-` for what goes.
    var lines: [String] {
        changes.flatMap { change in
            [
                change.old.map { "- \(change.key)=\(change.shown($0))" },
                change.new.map { "+ \(change.key)=\(change.shown($0))" },
            ].compactMap { $0 }
        }
    }

    /// Whether a value says where a secret is, and is none.
    fileprivate static func isReference(_ value: String) -> Bool {
        value.hasPrefix("${") && value.hasSuffix("}")
            && value.dropFirst(2).dropLast().allSatisfy { $0 != "{" && $0 != "}" }
    }
}

extension ConfigurationDifference.Change {
    /// A value as it may be shown.
    func shown(_ value: String) -> String {
        isSecret && !ConfigurationDifference.isReference(value) ? ConfigurationDifference.hidden : value
    }
}
