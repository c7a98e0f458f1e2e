/// Tells by a key's name that its value is a secret, where no definition says so.
package enum SecretName {
    /// Words in the names of keys whose values are secrets, whatever their connector says of them.
    private static let words = ["password", "passwd", "secret", "token", "credential", "private.key", "api.key"]

    /// Whether a key's name speaks of a secret.
    package static func speaks(_ key: String) -> Bool {
        let key = key.lowercased()
        return words.contains { key.contains($0) }
    }
}
