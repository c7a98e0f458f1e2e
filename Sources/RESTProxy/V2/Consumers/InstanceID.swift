import HTTPService

/// A consumer instance's name in its group, and what it is called in the cluster.
struct InstanceID: Sendable, Hashable, CustomStringConvertible {
    /// The consumer group.
    let group: String
    /// The instance's name.
    let name: String

    /// The most bytes of a name: what it is called in the cluster may be three times as long, and 249 at most.
    static let nameLimit = 80

    /// What groups that keep the state of instances begin with.
    static let shadowPrefix = "_rest."

    /// The group that keeps the instance's state: no other instance has the same.
    var shadowGroup: String { "\(Self.shadowPrefix)\(Self.encoded(group)).\(Self.encoded(name))" }

    /// The instance's name as a static member of its consumer group (KIP-345).
    var staticName: String { "rest." + Self.encoded(name) }

    /// A name in the characters that names of groups and members may have: every other is `_` and two digits.
    private static func encoded(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16)
                output += "_" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return output
    }

    /// The value as text, for logs and messages.
    var description: String { "\(group)/\(name)" }
}
