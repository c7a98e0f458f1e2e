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

    @Test func withoutTheNullServerThereAreNoRatios() {
        let results = PeerResults(
            [PeerContest.Entry(peer: .redis, figures: [.single: [5]])], figures: [.single], parameters: [:])
        #expect(results.markdown.contains("| publish, one in flight | 5/s |"))
    }
}
