import Foundation
import Testing

@testable import millrace_bench

struct PeerResultsTests {
    private let p50 = PeerFigure.latency(rate: 1000, percentile: 50)

    private var results: PeerResults {
        PeerResults(
            [
                PeerContest.Entry(peer: .millrace, figures: [p50: [3000, 1000, 2000], .publish: [4e6, 1e6, 2e6]]),
                PeerContest.Entry(peer: .null, figures: [p50: [1000, 1000, 1000], .publish: [4e6, 4e6, 4e6]]),
                PeerContest.Entry(
                    peer: .nats, version: "2.15.1",
                    figures: [p50: [1e6, .infinity, .infinity], .publish: [.infinity, 3000, 2000]]),
            ],
            figures: [p50, .publish, .consume], parameters: ["rounds": "3", "bytes": "100"])
    }

    @Test func peopleGetMediansAndHowNearTheyCome() {
        #expect(
            results.markdown == """
                bytes 100, rounds 3, NATS JetStream 2.15.1.

                | | Millrace | null server | NATS JetStream |
                | --- | ---: | ---: | ---: |
                | latency at 1000/s, p50 | 2 µs (0.5) | 1 µs | saturated |
                | publish | 2M/s (0.5) | 4M/s | 3k/s (0.0008) |
                | consume |  |  |  |
                """)
    }

    @Test func programsGetAllRounds() throws {
        struct Document: Decodable {
            struct Cell: Decodable {
                var rounds: [Double?]
                var median: Double?
                var ratio: Double?
            }
            struct Column: Decodable {
                var server: String
                var cells: [String: Cell]
            }
            var columns: [Column]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(try results.json.utf8))
        #expect(document.columns.map(\.server) == ["millrace", "null", "nats"])
        let ours = try #require(document.columns.first?.cells[p50.name])
        #expect(ours.rounds == [3000, 1000, 2000] && ours.median == 2000 && ours.ratio == 0.5)
        let saturated = try #require(document.columns.last?.cells[p50.name])
        #expect(saturated.rounds == [1e6, nil, nil] && saturated.median == nil && saturated.ratio == nil)
        #expect(document.columns[1].cells["publish"]?.ratio == nil && document.columns[0].cells["consume"] == nil)
    }

    /// Latencies that are all the same.
    private func latencies(_ nanoseconds: Int64) -> LatencyRecorder {
        var recorder = LatencyRecorder()
        for _ in 0..<1000 { recorder.record(nanoseconds: nanoseconds) }
        return recorder
    }

    /// What a server's turns have brought that has kept up in some of them.
    private func entry(_ peer: Peer, _ nanoseconds: [Int64?]) -> PeerContest.Entry {
        let recorders = nanoseconds.map { $0.map(latencies) }
        return PeerContest.Entry(
            peer: peer, figures: [p50: recorders.map { $0?.nanoseconds(at: 50) ?? .infinity }],
            latencies: [1000: recorders.compactMap(\.self)])
    }

    @Test func theCurvesAreThoseOfTheMedianRounds() throws {
        let results = PeerResults(
            [
                entry(.millrace, [3000, 1000, 2000]), entry(.null, [1000, 1000, 1000]), entry(.kafka, [5000]),
                entry(.redis, [1000, nil, 2000]), entry(.nats, [1000, nil, nil]), PeerContest.Entry(peer: .rabbitmq),
            ], figures: [p50], rates: [1000], parameters: ["rounds": "3"])
        let chart = try #require(results.charts.first)
        #expect(results.charts.count == 1 && chart.title == "Latency by percentile, 1000 messages a second")
        #expect(
            chart.lines.map { "\($0.name): \($0.figures)" } == [
                "Millrace: p50 2 µs, p99 2 µs, p99.9 2 µs, max 2 µs",
                "null server: p50 1 µs, p99 1 µs, p99.9 1 µs, max 1 µs",
                "Kafka: p50 5 µs, p99 5 µs, p99.9 5 µs, max 5 µs",
                "Redis Streams: p50 2 µs, p99 2 µs, p99.9 2 µs, max 2 µs",
                "NATS JetStream, saturated: nothing was measured",
                "RabbitMQ streams: nothing was measured",
            ])
        // Six servers are told apart.
        let legend = PictureReader(results.plot.svg).elements("rect").filter { $0["width"] == 16 }
        #expect(legend.count == 6 && Set(legend.compactMap { $0.attributes["fill"] }).count == 6)
        #expect(try !results.json.contains("charts"))
    }

    @Test func whereLatencyIsNotMeasuredNothingIsDrawn() { #expect(results.charts.isEmpty) }

    @Test func withoutTheNullServerThereAreNoRatios() {
        let results = PeerResults(
            [PeerContest.Entry(peer: .redis, figures: [.single: [5]])], figures: [.single], parameters: [:])
        #expect(results.markdown.contains("| publish, one in flight | 5/s |"))
    }
}
