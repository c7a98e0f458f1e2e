/// Lines over two axes, and what each of them is.
struct Chart: Equatable {
    /// A place by its positions on both axes.
    struct Point: Equatable {
        var x: Double
        var y: Double
    }

    /// One line.
    struct Line: Equatable {
        var name: String
        /// Figures that stand behind the name.
        var figures: String
        var points: [Point]
    }

    var title: String
    var horizontal: Axis
    /// What is counted from left to right.
    var horizontalTitle: String
    var vertical: Axis
    /// The first lies above the others.
    var lines: [Line]
}
