public import RecordFormat

/// A producer's identity with its epoch: of all producers that ever had the identity, the one that may write.
public struct ProducerIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The identity.
    public var id: ProducerID
    /// The epoch; each new one fences those before it.
    public var epoch: ProducerEpoch

    /// Creates an identity with an epoch.
    public init(_ id: ProducerID, _ epoch: ProducerEpoch) {
        self.id = id
        self.epoch = epoch
    }

    /// What stands where there is no producer.
    public static let none = ProducerIdentity(.none, .none)

    /// The value as text, for logs and messages.
    public var description: String { "\(id), epoch \(epoch)" }
}

extension ProducerEpoch {
    /// The epoch above which there is none.
    static let last = ProducerEpoch(.max)

    /// The epoch after this one.
    ///
    /// - Precondition: it is not the last.
    var next: ProducerEpoch { ProducerEpoch(rawValue + 1) }

    /// Whether clients get no epoch after this one: the very last is kept back, so that whoever has an epoch can be
    /// fenced.
    var isExhausted: Bool { rawValue >= Self.last.rawValue - 1 }
}
