extension Chart {
    /// Blue, vermilion, green and so on of Okabe and Ito, which people of all kinds of colour vision tell apart.
    private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
    private static let plotHeight = 280.0
    private static let rowHeight = 18.0
    private static let titleHeight = 32.0
    /// What the labels and the title of the horizontal axis take, and the room below them.
    private static let footHeight = 64.0

    /// Where the lines are.
    private struct Area {
        var left: Double
        var top: Double
        var width: Double
        var height: Double
        var right: Double { left + width }
        var bottom: Double { top + height }
    }

    /// Pixels from the top of the chart to the next one's.
    var height: Double {
        Self.titleHeight + Self.rowHeight * Double(lines.count) + Self.plotHeight + Self.footHeight
    }

    private static func colour(_ index: Int) -> String { colours[index % colours.count] }

    /// Draws the chart over the whole width of the picture.
    func draw(in svg: inout SVGText, top: Double) {
        svg.add(
            "text", ["x": "16", "y": (top + 20).coordinate, "font-size": "14", "font-weight": "bold"], title)
        drawLegend(in: &svg, top: top + Self.titleHeight)
        let area = Area(
            left: Plot.margins.left, top: top + Self.titleHeight + Self.rowHeight * Double(lines.count),
            width: Plot.width - Plot.margins.left - Plot.margins.right, height: Self.plotHeight)
        drawVerticalAxis(in: &svg, area)
        drawHorizontalAxis(in: &svg, area)
        svg.add(
            "rect",
            [
                "x": area.left.coordinate, "y": area.top.coordinate, "width": area.width.coordinate,
                "height": area.height.coordinate, "fill": "none", "stroke": "#999",
            ])
        for (index, line) in lines.enumerated().reversed() {
            draw(line, colour: Self.colour(index), in: &svg, area)
        }
    }

    /// A row for each line: nothing has to be known of how wide letters are.
    private func drawLegend(in svg: inout SVGText, top: Double) {
        for (index, line) in lines.enumerated() {
            let y = top + Self.rowHeight * Double(index)
            svg.add(
                "rect",
                [
                    "x": Plot.margins.left.coordinate, "y": (y - 1).coordinate, "width": "16", "height": "4",
                    "fill": Self.colour(index),
                ])
            svg.add(
                "text", ["x": (Plot.margins.left + 24).coordinate, "y": (y + 5).coordinate],
                "\(line.name): \(line.figures)")
        }
    }

    private func drawVerticalAxis(in svg: inout SVGText, _ area: Area) {
        for tick in vertical.ticks {
            let y = area.bottom - area.height * vertical.fraction(tick.position)
            drawGridLine(in: &svg, from: (area.left, y), to: (area.right, y))
            svg.add(
                "text",
                ["x": (area.left - 8).coordinate, "y": (y + 4).coordinate, "text-anchor": "end"], tick.label)
        }
    }

    private func drawHorizontalAxis(in svg: inout SVGText, _ area: Area) {
        for tick in horizontal.ticks {
            let x = area.left + area.width * horizontal.fraction(tick.position)
            drawGridLine(in: &svg, from: (x, area.top), to: (x, area.bottom))
            svg.add(
                "text",
                ["x": x.coordinate, "y": (area.bottom + 18).coordinate, "text-anchor": "middle"], tick.label)
        }
        svg.add(
            "text",
            [
                "x": (area.left + area.width / 2).coordinate, "y": (area.bottom + 36).coordinate,
                "text-anchor": "middle", "fill": "#555",
            ], horizontalTitle)
    }

    private func drawGridLine(in svg: inout SVGText, from: (x: Double, y: Double), to: (x: Double, y: Double)) {
        svg.add(
            "line",
            [
                "x1": from.x.coordinate, "y1": from.y.coordinate, "x2": to.x.coordinate, "y2": to.y.coordinate,
                "stroke": "#ddd",
            ])
    }

    private func draw(_ line: Line, colour: String, in svg: inout SVGText, _ area: Area) {
        let places = line.points.map { point in
            (
                x: (area.left + area.width * horizontal.fraction(point.x)).coordinate,
                y: (area.bottom - area.height * vertical.fraction(point.y)).coordinate
            )
        }
        guard let end = places.last else { return }
        svg.add(
            "polyline",
            [
                "points": places.map { "\($0.x),\($0.y)" }.joined(separator: " "), "fill": "none", "stroke": colour,
                "stroke-width": "2", "stroke-linejoin": "round",
            ])
        // Where lines have one point only, this is all that is seen of them.
        svg.add("circle", ["cx": end.x, "cy": end.y, "r": "3", "fill": colour])
    }
}
