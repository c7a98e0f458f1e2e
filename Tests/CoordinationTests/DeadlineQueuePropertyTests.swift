import Testing

@testable import Coordination

@Suite struct DeadlineQueuePropertyTests {
    @Test(arguments: [UInt64(1), 2, 3]) func queueAgreesWithADictionary(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = DeadlineQueue<Int>()
        var model: [Int: Int] = [:]
        var now = 0
        func instant(_ value: Int) -> CoordinationInstant { CoordinationInstant(sinceStart: .milliseconds(value)) }
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<20, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                let deadline = now + Int.random(in: 0..<100, using: &random)
                queue.schedule(key, at: instant(deadline))
                model[key] = deadline
            case 2:
                queue.cancel(key)
                model[key] = nil
            default:
                now += Int.random(in: 0..<30, using: &random)
                var fired: Set<Int> = []
                while let key = queue.popExpired(at: instant(now)) { #expect(fired.insert(key).inserted) }
                let expected = Set(model.filter { $0.value <= now }.keys)
                #expect(fired == expected, "seed \(seed)")
                for key in expected { model[key] = nil }
            }
            let earliest = model.values.min()
            #expect((queue.next == nil) == (earliest == nil), "seed \(seed)")
            if let next = queue.next, let earliest { #expect(next <= instant(earliest), "seed \(seed)") }
        }
    }
}
