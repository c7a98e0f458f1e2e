import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// What an XML parser that knows nothing of us finds in a picture.
final class PictureReader: NSObject, XMLParserDelegate {
    /// An element without children.
    struct Element {
        var name: String
        var attributes: [String: String]

        /// A coordinate by its name.
        subscript(_ name: String) -> Double? { attributes[name].flatMap { Double($0) } }
    }

    private(set) var elements: [Element] = []
    /// What stands in text elements, one by one.
    private(set) var texts: [String] = []
    /// Why it is no XML; `nil` if it is.
    private(set) var problem: String?

    init(_ picture: String) {
        super.init()
        let parser = XMLParser(data: Data(picture.utf8))
        parser.delegate = self
        if !parser.parse() { problem = "line \(parser.lineNumber): \(parser.parserError.debugDescription)" }
    }

    /// The elements of one name.
    func elements(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    /// The places of all lines.
    var lines: [[(x: Double, y: Double)]] {
        elements("polyline").map { line in
            (line.attributes["points"] ?? "").split(separator: " ").map { place in
                let numbers = place.split(separator: ",").compactMap { Double($0) }
                return numbers.count == 2 ? (numbers[0], numbers[1]) : (.nan, .nan)
            }
        }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.append(Element(name: name, attributes: attributes))
        if name == "text" { texts.append("") }
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
        guard elements.last?.name == "text", characters != "\n" else { return }
        texts[texts.count - 1] += characters
    }
}
