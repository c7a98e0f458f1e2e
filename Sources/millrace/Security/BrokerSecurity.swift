import Broker
import TransportSecurity

/// How brokers are spoken to, by the settings that Kafka's own clients take: `security.protocol` and `ssl.*`.
struct BrokerSecurity: Sendable {
    /// What is before each of the names, such as `client.` in a REST proxy's properties.
    let prefix: String
    /// What connections are encrypted with; `nil` for none.
    let tls: TLSSettings?

    private static let key = "security.protocol"

    /// Takes what concerns it of all properties.
    ///
    /// - Throws: `ConfigurationError` that names the key, for a protocol that is not spoken.
    init(_ properties: [String: String], prefix: String = "") throws(ConfigurationError) {
        self.prefix = prefix
        // What was meant to be encrypted must not be said in the clear, whichever part of the program it is for.
        let wishes = properties.filter { $0.key.hasSuffix(Self.key) }.sorted { $0.key < $1.key }
        let known = ["PLAINTEXT", "SSL"]
        if let (key, value) = wishes.first(where: { !known.contains($0.value.uppercased()) }) {
            throw ConfigurationError("\(key)=\(value): only PLAINTEXT and SSL are supported on the way to Kafka")
        }
        let isEncrypted = properties[prefix + Self.key]?.uppercased() == "SSL"
        if let (key, value) = wishes.first(where: { ($0.value.uppercased() == "SSL") != isEncrypted }) {
            throw ConfigurationError(
                "\(key)=\(value): all connections to Kafka are alike here; set \(prefix)\(Self.key)=\(value)")
        }
        var own: [String: String] = [:]
        for (key, value) in properties where key.hasPrefix(prefix) { own[String(key.dropFirst(prefix.count))] = value }
        guard isEncrypted else {
            if let name = TLSSettings.names.first(where: { own[$0]?.isEmpty == false }) {
                throw ConfigurationError(
                    "\(prefix)\(name) is set, and \(prefix)\(Self.key)=SSL is not: nothing would be encrypted")
            }
            tls = nil
            return
        }
        tls = TLSSettings(own, prefix: "") ?? .ofTheSystem
    }

    /// The names of the settings.
    var names: [String] { ([Self.key] + TLSSettings.names).map { prefix + $0 } }

    /// Takes the protocol off a broker's address, which may have one before it: `SSL://host:9092`.
    ///
    /// - Parameter key: The setting that has it.
    /// - Throws: `ConfigurationError` for another protocol than the one that is spoken.
    func address(_ text: String, _ key: String) throws(ConfigurationError) -> String {
        guard let mark = text.firstRange(of: "://") else { return text }
        let spoken = tls == nil ? "PLAINTEXT" : "SSL"
        guard text[..<mark.lowerBound].uppercased() == spoken else {
            throw ConfigurationError(
                "\(key) names \(text), and \(prefix)\(Self.key) is \(spoken): they have to be the same, PLAINTEXT or SSL"
            )
        }
        return String(text[mark.upperBound...])
    }
}
