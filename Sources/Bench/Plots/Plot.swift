/// The picture of one run: its charts below each other, under the workload and its parameters.
struct Plot {
    var title: String
    /// What is written below the title, in as many lines as it takes.
    var settings: String
    var charts: [Chart]

    static let width = 960.0
    /// What stays free at the left, for the labels of the vertical axes, and at the right.
    static let margins = (left: 72.0, right: 32.0)
    /// The most letters in a line of settings: one takes some seven pixels.
    private static let lettersPerLine = 130

    /// The SVG picture; the same for the same curves.
    var svg: String {
        let lines = Self.lines(settings)
        let top = 48 + 16 * Double(lines.count)
        let height = top + charts.reduce(0) { $0 + $1.height }
        var svg = SVGText()
        svg.add(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": Self.width.coordinate, "height": height.coordinate,
                "viewBox": "0 0 \(Self.width.coordinate) \(height.coordinate)", "font-size": "12",
                "font-family": "system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif", "fill": "#222",
            ]
        ) { svg in
            svg.add("title", [:], "millrace-bench \(title)")
            svg.add("rect", ["width": "100%", "height": "100%", "fill": "white"])
            svg.add("text", ["x": "16", "y": "28", "font-size": "18", "font-weight": "bold"], title)
            for (index, line) in lines.enumerated() {
                svg.add("text", ["x": "16", "y": "\(48 + 16 * index)", "fill": "#555"], line)
            }
            var chartTop = top
            for chart in charts {
                chart.draw(in: &svg, top: chartTop)
                chartTop += chart.height
            }
        }
        return svg.text
    }

    private static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= lettersPerLine {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
