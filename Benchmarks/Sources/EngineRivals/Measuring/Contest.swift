import Foundation

/// Figures of one contestant in one row, one for each round.
struct Measurement: Codable, Sendable {
    var entrant: Entrant
    /// Threads that appended.
    var appenders: Int
    /// Records or bytes a second, in the order in which they were measured.
    var rates: [Double]

    /// The one in the middle.
    var median: Double { rates.sorted()[rates.count / 2] }
}

/// The figures of one row.
struct RowResult: Codable, Sendable {
    var row: Row
    var measurements: [Measurement]

    subscript(entrant: Entrant) -> Measurement? { measurements.first { $0.entrant == entrant } }
}

/// Runs rows, the contestants taking turns, so that what else the machine does meets all of them alike.
struct Contest {
    /// A directory on the file system that is measured; everything in it goes again.
    let directory: String
    let rounds: Int
    /// Told what comes next.
    let progress: (String) -> Void

    func run(_ row: Row) throws -> RowResult {
        progress(row.name)
        let entrants = row.entrants
        var measurements = entrants.map { Measurement(entrant: $0, appenders: 1, rates: []) }
        switch row.task {
        case .append:
            for (index, round) in turns(entrants.count) {
                let (rate, appenders) = try append(row, by: entrants[index], round)
                measurements[index].rates.append(rate)
                measurements[index].appenders = appenders
            }
        case .scan: try scan(row, into: &measurements)
        }
        return RowResult(row: row, measurements: measurements)
    }

    /// Who is next, and in which round: all in each round, in an order drawn anew, so that no one always comes behind the
    /// same other.
    private func turns(_ count: Int) -> [(index: Int, round: Int)] {
        (0..<rounds).flatMap { round in (0..<count).shuffled().map { ($0, round) } }
    }

    private func append(_ row: Row, by entrant: Entrant, _ round: Int) throws -> (rate: Double, appenders: Int) {
        try withDirectory("\(entrant.rawValue)-\(round)") { path in
            // What the one before has left to the device is not this one's to wait for.
            sync()
            var workload = row.workload
            let contestant = try entrant.open(in: path, workload)
            let seconds: Double
            if workload.appenders > 1, let contestant = contestant as? any ConcurrentContestant {
                seconds = try AppenderThreads(workload).run(contestant)
            } else {
                // Alone it makes durable what 64 would share, so fewer records take as long.
                if workload.appenders > 1 { workload.records /= 32 }
                workload.appenders = 1
                seconds = try Self.seconds { try Self.append(workload, to: contestant) }
            }
            try contestant.close()
            return (Self.rate(row, workload.records, seconds), workload.appenders)
        }
    }

    private func scan(_ row: Row, into measurements: inout [Measurement]) throws {
        try withDirectory("scan") { path in
            let contestants = try measurements.map { measurement in
                let own = path + "/" + measurement.entrant.rawValue
                try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
                let contestant = try measurement.entrant.open(in: own, row.workload)
                try Self.append(row.workload, to: contestant)
                try contestant.settle()
                // Once for nothing, so that caches hold what they can.
                try Self.check(contestant.scan(), row.workload)
                return contestant
            }
            for (index, _) in turns(contestants.count) {
                var total = ScanTotal()
                let seconds = try Self.seconds { total = try contestants[index].scan() }
                try Self.check(total, row.workload)
                measurements[index].rates.append(Self.rate(row, row.workload.records, seconds))
            }
            for contestant in contestants { try contestant.close() }
        }
    }

    private static func append(_ workload: Workload, to contestant: any Contestant) throws {
        for first in stride(from: 0, to: workload.records, by: workload.batch) {
            try contestant.append(first..<first + workload.batch)
        }
    }

    private static func check(_ total: ScanTotal, _ workload: Workload) throws {
        guard total == ScanTotal(of: workload) else { throw ContestantFailure("scan", "found \(total)") }
    }

    private static func rate(_ row: Row, _ records: Int, _ seconds: Double) -> Double {
        Double(row.unit == .bytes ? records * row.workload.valueSize : records) / seconds
    }

    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let elapsed = try ContinuousClock().measure(body).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }

    private func withDirectory<Result>(_ name: String, _ body: (String) throws -> Result) throws -> Result {
        let path = directory + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }
}
