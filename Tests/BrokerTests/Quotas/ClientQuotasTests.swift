import Synchronization
import Testing

@testable import Broker

/// Which limit counts for whom, and who is measured together.
@Suite struct ClientQuotasTests {
    private func entity(_ user: String?, _ client: String?) -> QuotaEntity {
        func name(_ text: String?) -> QuotaEntity.Name? {
            text.map { $0 == "*" ? .byDefault : .named($0) }
        }
        return QuotaEntity(user: name(user), clientID: name(client))
    }

    @Test func narrowerLimitsCountBeforeWider() {
        // In falling precedence, with whom a client shares each.
        let order: [(entity: QuotaEntity, scope: QuotaEntity)] = [
            (entity("u", "c"), entity("u", "c")), (entity("u", "*"), entity("u", "c")),
            (entity("u", nil), entity("u", nil)), (entity("*", "c"), entity("u", "c")),
            (entity("*", "*"), entity("u", "c")), (entity("*", nil), entity("u", nil)),
            (entity(nil, "c"), entity(nil, "c")), (entity(nil, "*"), entity(nil, "c")),
        ]
        for first in order.indices {
            var quotas: [QuotaEntity: [QuotaKey: Double]] = [:]
            for index in order.indices[first...] {
                quotas[order[index].entity] = [.producerByteRate: Double(index + 1)]
            }
            let table = QuotaTable(quotas)
            let limit = table.limit(.producerByteRate, user: "u", clientID: "c")
            #expect(limit == QuotaTable.Limit(value: Double(first + 1), scope: order[first].scope))
            // A limit of one kind hides none of another.
            #expect(table.limit(.consumerByteRate, user: "u", clientID: "c") == nil)
        }
        let others = QuotaTable([entity("u", "c"): [.producerByteRate: 1], entity("v", nil): [.producerByteRate: 1]])
        #expect(others.limit(.producerByteRate, user: "u", clientID: "d") == nil)
        #expect(others.limit(.producerByteRate, user: "w", clientID: "c") == nil)
    }

    private final class Clock: Sendable {
        private let milliseconds = Mutex<Int64>(1_000)
        var now: Int64 {
            get { milliseconds.withLock { $0 } }
            set { milliseconds.withLock { $0 = newValue } }
        }
    }

    private func quotas(_ limits: [QuotaEntity: [QuotaKey: Double]]) throws -> (ClientQuotas, Clock) {
        let clock = Clock()
        let quotas = ClientQuotas(QuotaWindows(try BrokerConfiguration([:]))) { clock.now }
        quotas.apply(limits)
        return (quotas, clock)
    }

    @Test func clientsOfOneUserShareItsLimitAndDefaultsAreForEach() throws {
        let (quotas, clock) = try quotas([
            entity("shared", nil): [.producerByteRate: 100], entity(nil, "*"): [.producerByteRate: 100],
        ])
        func pause(_ user: String, _ client: String) -> Int32 {
            quotas.record(.producerByteRate, 1000, by: .init(user: user, clientID: client))
        }
        #expect(pause("shared", "a") == 0 && pause("shared", "b") == 10_000)
        #expect(pause("other", "a") == 0 && pause("other", "b") == 0 && pause("third", "a") == 10_000)
        clock.now += 20_000
        #expect(pause("shared", "a") == 0)
        // Nobody is limited in what has no quota.
        #expect(quotas.record(.consumerByteRate, 1e12, by: .init(user: "shared", clientID: "a")) == 0)
        quotas.apply([:])
        #expect(pause("shared", "a") == 0 && !quotas.isActive)
    }

    @Test func processingTimeNeverPausesForLongerThanAWindow() throws {
        let (quotas, _) = try quotas([entity("u", nil): [.requestPercentage: 1]])
        #expect(quotas.record(.requestPercentage, 5000, by: .init(user: "u", clientID: "")) == 1000)
    }

    @Test func largestAnswerIsWhatAllWindowsGive() throws {
        let (quotas, _) = try quotas([entity("u", nil): [.consumerByteRate: 100]])
        #expect(quotas.most(.consumerByteRate, of: .init(user: "u", clientID: "")) == 1000)
        #expect(quotas.most(.consumerByteRate, of: .init(user: "v", clientID: "")) == nil)
        quotas.takeBack(.consumerByteRate, 5, by: .init(user: "v", clientID: ""))
        #expect(quotas.measuredCount == 0)
    }

    @Test func mutationsAreRefusedOnlyToWhoKnowsTheAnswer() throws {
        let (quotas, clock) = try quotas([entity("u", nil): [.controllerMutationRate: 1]])
        let client = ClientQuotas.Client(user: "u", clientID: "")
        // Eleven seconds' worth is saved up; the last change may go into debt.
        #expect(quotas.recordMutation(partitions: 10, by: client, isStrict: true) == (true, 0))
        #expect(quotas.recordMutation(partitions: 5, by: client, isStrict: true) == (true, 0))
        #expect(quotas.recordMutation(partitions: 1, by: client, isStrict: true) == (false, 4000))
        #expect(quotas.recordMutation(partitions: 1, by: client, isStrict: false) == (true, 5000))
        clock.now += 5000
        #expect(quotas.recordMutation(partitions: 1, by: client, isStrict: true) == (true, 0))
    }

    @Test func madeUpClientIDsTakeBoundedMemory() throws {
        let (quotas, _) = try quotas([
            entity(nil, "*"): [.producerByteRate: 1e9, .controllerMutationRate: 1e9],
            QuotaEntity(ip: .byDefault): [.connectionCreationRate: 1e9],
        ])
        for number in 0..<(ClientQuotas.maxMeasured + 500) {
            let client = ClientQuotas.Client(user: "u", clientID: "\(number)")
            _ = quotas.record(.producerByteRate, 1, by: client)
            _ = quotas.recordMutation(partitions: 1, by: client, isStrict: true)
            _ = quotas.recordConnection(from: "\(number)")
        }
        #expect(quotas.measuredCount <= 2 * ClientQuotas.maxMeasured)
    }
}
