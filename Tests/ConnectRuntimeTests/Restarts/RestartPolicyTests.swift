import ConnectAPI
import Testing

@testable import ConnectRuntime
@testable import KafkaClient

@Suite struct RestartPolicyTests {
    private static let failure = ConnectError(.failed, "no luck")

    private func policy(_ settings: [String: String] = [:]) throws -> RestartPolicy {
        RestartPolicy(try RestartSettings(settings))
    }

    @Test func pausesDoubleUntilTheLongest() throws {
        var policy = try policy([
            "task.restart.backoff.ms": "100", "task.restart.backoff.max.ms": "450", "task.restart.max.attempts": "5",
        ])
        let now = ContinuousClock.now
        let pauses = (1...5).map { _ in policy.decide(after: Self.failure, at: now) }
        #expect(
            pauses
                == [100, 200, 400, 450, 450].enumerated().map {
                    .restart(after: .milliseconds($1), attempt: $0 + 1)
                })
        #expect(policy.decide(after: Self.failure, at: now) == .crashLoop(restarts: 5))
    }

    @Test func whatErrorsNothingCuresAreLeft() throws {
        var policy = try policy()
        for code in [ConnectError.Code.invalidConfiguration, .invalidData, .notFound] {
            let cause = ConnectError(code, "wrong")
            #expect(policy.decide(after: cause, at: .now) == .incurable)
            #expect(policy.decide(after: ConnectError(.failed, "because", cause: cause), at: .now) == .incurable)
        }
        #expect(policy.decide(after: KafkaClientError(.fenced, "there is a newer one"), at: .now) == .incurable)
        #expect(policy.decide(after: CancellationError(), at: .now) == .restart(after: .seconds(1), attempt: 1))
        var off = try self.policy(["task.restart.policy": "none"])
        #expect(off.decide(after: Self.failure, at: .now) == .off)
    }

    /// Against a model that keeps every failure: at no time more restarts than allowed within the window, and none is
    /// refused while there are fewer.
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func restartsAreBoundedWithinTheWindow(seed: UInt64) throws {
        var random = SplitMix(seed)
        let window = 10_000
        let limit = 4
        var policy = try policy([
            "task.restart.backoff.ms": "10", "task.restart.backoff.max.ms": "100",
            "task.restart.max.attempts": "\(limit)", "task.restart.window.ms": "\(window)",
        ])
        let start = ContinuousClock.now
        var time = 0
        var restarts: [Int] = []
        for _ in 0..<2_000 {
            time += Int(random.next() % 4_000)
            let recent = restarts.filter { time - $0 < window }
            switch policy.decide(after: Self.failure, at: start + .milliseconds(time)) {
            case .restart(let pause, let attempt):
                #expect(recent.count < limit && attempt == recent.count + 1)
                #expect(pause >= .milliseconds(10) && pause <= .milliseconds(100))
                time += Int(pause.milliseconds)
                restarts.append(time)
            case .crashLoop(let count): #expect(recent.count == limit && count == limit)
            case .incurable, .off: Issue.record("nothing says so")
            }
        }
        #expect(!restarts.isEmpty && restarts.count < 2_000)
    }

    @Test func aConnectorsWordCountsBeforeTheWorkers() throws {
        let worker = ["task.restart.max.attempts": "3", "task.restart.policy": "none"]
        let settings = try RestartSettings(worker, ["task.restart.policy": "on-failure"])
        #expect(settings.isOn && settings.maximumAttempts == 3)
        #expect(throws: ConnectError.self) { try RestartSettings(["task.restart.policy": "always"]) }
    }
}

/// Random numbers that a seed decides (splitmix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
